import { HealthRegistry, LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { SlotDirectory } from '@groundwork/sharding/postgres';
import { type Provider } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { refuseChangedVSchema } from '../routing/remember-vschema.ts';

/**
 * The copy of the directory in this process, loaded before the service accepts requests. When the directory is lost later,
 * the service continues with its copy.
 */
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
        logger.warn({ err: error }, 'the directory cannot be read; continuing with the known slot map'),
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
