import { createTopics, migrateDatabase } from '@groundwork/messaging';
import { allTopics } from '@groundwork/contracts';
import { createLogger, createService, parseEnvironment, Shutdown } from '@groundwork/service-kit';
import { environment } from '../src/config.ts';
import { eventConsumer } from '../src/consume-events/event-consumer.ts';
import { EventProcessorModule } from '../src/event-processor.module.ts';
import { deadLetterConsumer } from '../src/review-dead-letters/dead-letter-consumer.ts';
import { eventsDataSource } from '../src/storage/events-data-source.ts';

export const logger = createLogger({
  service: 'event-processor',
  level: process.env['EVENT_PROCESSOR_TEST_LOG'] ?? 'silent',
});

/** Starts the whole service in this process. Migrates the database and creates the topics first. */
export async function startEventProcessor(
  databaseUrl: string,
  brokers: readonly string[],
): Promise<{ url: string; stop(): Promise<unknown> }> {
  const config = parseEnvironment(environment, {
    LISTEN_ADDRESS: '127.0.0.1:0',
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: brokers.join(','),
    RETRY_DELAYS: '100ms,300ms,900ms',
  });
  await createTopics(brokers, allTopics(config.RETRY_DELAYS), logger);
  await migrateDatabase(eventsDataSource({ url: databaseUrl, poolSize: 2 }));
  const app = await createService({
    logger,
    module: EventProcessorModule.with(config),
    strategies: (context) => [eventConsumer(context), deadLetterConsumer(context)],
  });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl(), stop: () => app.get(Shutdown).run() };
}
