import { connectRedisTier } from '../src/adapters/redis/index.ts';
import { CacheManager, type CacheManagerOptions, MemoryTier } from '../src/index.ts';

/** Creates managers like those of `count` processes: each has its own memory and its own connection to one Redis. */
export async function connectManagers(
  count: number,
  url: string,
  options: Partial<CacheManagerOptions> = {},
  guard: { callLimitMs?: number; onChange?: (state: 'available' | 'unavailable') => void } = {},
) {
  const connections = await Promise.all(
    // A generous default: two busy cores must not look like a slow Redis in tests about something else.
    Array.from({ length: count }, () =>
      connectRedisTier({ url, namespace: 'test', callLimitMs: 5_000, ...guard }),
    ),
  );
  const managers = connections.map(
    ({ tier }) => new CacheManager({ memory: new MemoryTier(), shared: tier, ...options }),
  );
  return { managers, connections, close: () => connections.forEach((connection) => connection.close()) };
}
