import { createLogger, createService, parseEnvironment, Shutdown } from '@groundwork/service-kit';
import { SlotMap } from '@groundwork/sharding';
import { createPreparedDatabase } from '@groundwork/testing';
import { type INestApplicationContext } from '@nestjs/common';
import { environment } from '../src/config.ts';
import { OrderServiceModule } from '../src/order-service.module.ts';
import { settlementConsumer } from '../src/settle-order/settlement-consumer.ts';
import { migrateShard } from '../src/storage/migrate-shard.ts';
import { createDirectory } from './create-directory.ts';

/** An address without a server. Tests without Kafka use it, which shows that the service works without Kafka. */
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
  /** The owner of each slot. Default: the shards share the slots evenly. */
  readonly slotMap?: string;
  /** A directory that several services share. Default: a separate directory for this service. */
  readonly directoryUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the service as `main.ts` does, in this process and on a free port, by default with its own directory. */
export async function startOrderService(options: OrderServiceOptions): Promise<RunningOrderService> {
  const shards = shardsOf(options.shardUrls, options.slotMap);
  const directory = options.directoryUrl === undefined ? await createDirectory(shards) : undefined;
  const config = parseEnvironment(environment, {
    LISTEN_ADDRESS: '127.0.0.1:0',
    KAFKA_BROKERS: (options.brokers ?? [NO_KAFKA]).join(','),
    DIRECTORY_URL: options.directoryUrl ?? directory?.url,
    SHARD_URLS: [...shards.urls].map(([name, url]) => `${name}=${url}`).join(','),
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
      await directory?.drop();
    },
  };
}

export interface TestShards {
  readonly map: SlotMap;
  readonly urls: ReadonlyMap<string, string>;
}

/** Returns shard-1, shard-2, … with the slots of the map, or with equal shares. */
export function shardsOf(urls: readonly string[], slotMap?: string): TestShards {
  const width = 4096 / urls.length;
  const ranges = urls.map((_, n) => `${n * width}-${(n + 1) * width - 1}=shard-${n + 1}`);
  return {
    map: SlotMap.parse(slotMap ?? ranges.join(',')),
    urls: new Map(urls.map((url, n) => [`shard-${n + 1}`, url])),
  };
}

export function migrate(url: string): Promise<string[]> {
  return migrateShard({ name: 'shard', url });
}

/** Creates a migrated shard database, which the caller drops. It gets its slots from the first directory that names it. */
export async function createShardDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  return createPreparedDatabase('shard', migrate);
}
