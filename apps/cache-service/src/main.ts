import { startService } from '@groundwork/service-kit';
import { CacheServiceModule } from './cache-service.module.ts';
import { environment } from './config.ts';
import { invalidationConsumer } from './invalidate-entry/invalidation-consumer.ts';

await startService({
  name: 'cache-service',
  environment,
  module: (config) => CacheServiceModule.with(config),
  strategies: (app) => [invalidationConsumer(app)],
});
