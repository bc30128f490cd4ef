import { HealthRegistry, LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { SlotDirectory } from '@groundwork/sharding/postgres';
import { type Provider } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { refuseChangedVSchema } from '../routing/remember-vschema.ts';

/** The directory as this process knows it, loaded before anything is served. Lost later, the service goes on with what it knows. */
export const directoryProvider: Provider = {
  provide: SlotDirectory,
  inject: [CONFIG, LOGGER, HealthRegistry, Shutdown],
  useFactory: async (
    config: OrderServiceConfig,
    logger: Logger,
    health: HealthRegistry,
    shutdown: Shutdown,
  ) => {
    const directory = new SlotDirectory({
      url: config.DIRECTORY_URL,
      push: config.DIRECTORY_PUSH === 'on',
      onLost: (error) =>
        logger.warn({ err: error }, 'the directory cannot be read: the known slot map stays'),
    });
    shutdown.on('close-pools', 'directory', () => directory.stop());
    await directory.start();
    await refuseChangedVSchema(config.DIRECTORY_URL, config.VSCHEMA_FILE).catch(async (error: unknown) => {
      await directory.stop();
      throw error;
    });
    directory.onChange(({ map }) => logger.info({ epoch: map.epoch }, 'the slot map has changed'));
    health.readiness('directory', () => directory.refresh(), { critical: false });
    return directory;
  },
};
