import { HealthRegistry, LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { createMover } from './create-mover.ts';
import { type MoverConfig } from './mover-environment.ts';

const MOVER = Symbol('MOVER');

/** The mover as a service: it starts with the module, and finishes its current round when the process shuts down. */
@Module({})
export class SlotMoverModule {
  static with(config: MoverConfig): DynamicModule {
    return {
      module: SlotMoverModule,
      providers: [
        {
          provide: MOVER,
          inject: [LOGGER, HealthRegistry, Shutdown],
          useFactory: (logger: Logger, health: HealthRegistry, shutdown: Shutdown) =>
            startMover(config, logger, health, shutdown),
        },
      ],
    };
  }
}

function startMover(config: MoverConfig, logger: Logger, health: HealthRegistry, shutdown: Shutdown): object {
  const stopping = new AbortController();
  const mover = createMover(config, logger);
  const ended = mover.run(stopping.signal);
  // A mover that stands by is as ready as the active one: it takes over when the active one is gone.
  health.readiness(
    'mover',
    () =>
      mover.role === 'starting'
        ? Promise.reject(new Error('the directory cannot be reached'))
        : Promise.resolve(mover.role),
    { critical: false },
  );
  shutdown.on('drain-consumers', 'mover', async () => {
    stopping.abort();
    await ended;
  });
  return mover;
}
