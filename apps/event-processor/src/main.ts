import { startService } from '@groundwork/service-kit';
import { environment } from './config.ts';
import { eventConsumer } from './consume-events/event-consumer.ts';
import { EventProcessorModule } from './event-processor.module.ts';
import { deadLetterConsumer } from './review-dead-letters/dead-letter-consumer.ts';

await startService({
  name: 'event-processor',
  environment,
  module: (config) => EventProcessorModule.with(config),
  strategies: (app) => [eventConsumer(app), deadLetterConsumer(app)],
});
