import { startService } from '@groundwork/service-kit';
import { environment } from './config.ts';
import { OrderServiceModule } from './order-service.module.ts';
import { settlementConsumer } from './settle-order/settlement-consumer.ts';

await startService({
  name: 'order-service',
  environment,
  module: (config) => OrderServiceModule.with(config),
  strategies: (app) => [settlementConsumer(app)],
});
