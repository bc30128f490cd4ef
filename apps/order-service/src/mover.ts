import { runJob, startService } from '@groundwork/service-kit';
import { createMover } from './move-slots/create-mover.ts';
import { moverJobEnvironment, moverServiceEnvironment } from './move-slots/mover-environment.ts';
import { SlotMoverModule } from './move-slots/slot-mover.module.ts';

/** `mover.js` works for as long as it runs; `mover.js --once` ends when every slot is where it was wanted. */
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
