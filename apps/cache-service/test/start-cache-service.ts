import { createLogger, createService, Shutdown } from '@groundwork/service-kit';
import { CacheServiceModule } from '../src/cache-service.module.ts';
import { environment } from '../src/config.ts';
import { invalidationConsumer } from '../src/invalidate-entry/invalidation-consumer.ts';

export interface CacheServiceSettings {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** The Redis of the write-behind log. If omitted, none answers. */
  readonly logUrl?: string;
  /** If omitted, the service consumes no invalidations. */
  readonly brokers?: readonly string[];
}

/** Starts the service in this process as `main.ts` does, on a free port. */
export async function startCacheService({ databaseUrl, redisUrl, logUrl, brokers }: CacheServiceSettings) {
  const config = environment.parse({
    LISTEN_ADDRESS: '127.0.0.1:0',
    DATABASE_URL: databaseUrl,
    REDIS_CACHE_URL: redisUrl,
    REDIS_LOG_URL: logUrl ?? 'redis://127.0.0.1:1',
    KAFKA_BROKERS: (brokers ?? ['127.0.0.1:1']).join(','),
  });
  const app = await createService({
    module: CacheServiceModule.with(config),
    logger: createLogger({ service: 'cache-service', level: 'silent' }),
    ...(brokers && { strategies: (context) => [invalidationConsumer(context)] }),
  });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    app,
    url,
    get: async (path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(url + path, { headers });
      return {
        status: response.status,
        headers: response.headers,
        cacheStatus: response.headers.get('cache-status'),
        body: (response.status === 304 ? {} : await response.json()) as Record<string, unknown>,
      };
    },
    close: () => app.get(Shutdown).run(),
  };
}

export type RunningCacheService = Awaited<ReturnType<typeof startCacheService>>;
