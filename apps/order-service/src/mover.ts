import { runJob, startService } from '@groundwork/service-kit';
import { createMover } from './move-slots/create-mover.ts';
import { moverJobEnvironment, moverServiceEnvironment } from './move-slots/mover-environment.ts';
import { SlotMoverModule } from './move-slots/slot-mover.module.ts';

/** `mover.js` runs until it is stopped; `mover.js --once` exits when every move has reached its goal. */
if (process.argv.includes('--once')) {
  await runJob('shard-mover', moverJobEnvironment, async (config, logger) => {
    const stopping = new AbortController();
    process.once('SIGTERM', () => stopping.abort());
    await createMover(config, logger).runOnce(stopping.signal);
  });
} else {
  await startService({
    name: 'shard-mover',
    environment: moverServiceEnvironment,
    module: (config) => SlotMoverModule.with(config),
  });
}
