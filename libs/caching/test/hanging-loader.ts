/**
 * A test starts this as a process and kills it during its load: `node hanging-loader.ts <url> <namespace> <key>
 * <loadLimitMs>`.
 */
import { connectRedisTier } from '../src/adapters/redis/index.ts';
import { CacheManager, MemoryTier } from '../src/index.ts';

const [url = '', namespace = '', key = '', loadLimitMs = ''] = process.argv.slice(2);
const { tier } = await connectRedisTier({ url, namespace });
const cache = new CacheManager({
  memory: new MemoryTier(),
  shared: tier,
  loadLimitMs: Number(loadLimitMs),
});
await cache.getOrSet(key, {
  ttlMs: 60_000,
  load: () => {
    process.stdout.write('loading\n');
    return new Promise(() => setInterval(() => undefined, 1_000));
  },
});
