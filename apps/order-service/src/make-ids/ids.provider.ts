import { LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { type Provider } from '@nestjs/common';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { Ids } from './ids.ts';

export const idsProvider: Provider = {
  provide: Ids,
  inject: [SHARDS, LOGGER, Shutdown],
  useFactory: (shards: Shards, logger: Logger, shutdown: Shutdown) => {
    const ids = new Ids(shards, logger);
    ids.start();
    shutdown.on('flush', 'ids', async () => ids.stop());
    return ids;
  },
};
