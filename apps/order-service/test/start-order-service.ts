import { createLogger, createService, parseEnvironment, Shutdown } from '@groundwork/service-kit';
import { createTestDatabase } from '@groundwork/testing';
import { type INestApplicationContext } from '@nestjs/common';
import { environment } from '../src/config.ts';
import { OrderServiceModule } from '../src/order-service.module.ts';
import { settlementConsumer } from '../src/settle-order/settlement-consumer.ts';
import { migrateShard } from '../src/storage/migrate-shard.ts';
import { shardDataSource } from '../src/storage/shard-data-source.ts';

/** Nothing listens here: whoever needs no Kafka shows that the service does not either. */
const NO_KAFKA = '127.0.0.1:1';

export interface RunningOrderService {
  readonly url: string;
  get: INestApplicationContext['get'];
  stop(): Promise<void>;
}

export interface OrderServiceOptions {
  /** The databases of shard-1, shard-2, …, which share the slots evenly. */
  readonly shardUrls: readonly string[];
  readonly brokers?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The service as `main.ts` makes it, in this process and on a port of its own. */
export async function startOrderService(options: OrderServiceOptions): Promise<RunningOrderService> {
  const config = parseEnvironment(environment, {
    LISTEN_ADDRESS: '127.0.0.1:0',
    KAFKA_BROKERS: (options.brokers ?? [NO_KAFKA]).join(','),
    ...shardEnvironment(options.shardUrls),
    ...options.environment,
  });
  const app = await createService({
    module: OrderServiceModule.with(config),
    logger: createLogger({ service: 'order-service', level: 'silent' }),
    ...(options.brokers !== undefined && { strategies: (context) => [settlementConsumer(context)] }),
  });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return {
    url: await app.getUrl(),
    get: app.get.bind(app),
    stop: async () => {
      if (!(await app.get(Shutdown).run())) throw new Error('a step of the shutdown failed');
    },
  };
}

/** SHARD_URLS and SLOT_MAP of shards that share the slots evenly. */
export function shardEnvironment(urls: readonly string[]): { SHARD_URLS: string; SLOT_MAP: string } {
  const width = 4096 / urls.length;
  return {
    SHARD_URLS: urls.map((url, index) => `shard-${index + 1}=${url}`).join(','),
    SLOT_MAP: urls.map((_, n) => `${n * width}-${(n + 1) * width - 1}=shard-${n + 1}`).join(','),
  };
}

export function migrate(url: string): Promise<string[]> {
  return migrateShard(shardDataSource({ url, poolSize: 2, connectTimeoutMs: 5_000 }));
}

/** A migrated shard database, to be dropped at the end. */
export async function createShardDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const database = await createTestDatabase();
  await migrate(database.url);
  return database;
}
