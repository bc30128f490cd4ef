/**
 * One process with a cache, for tests of several: `node cache.process.ts <url of L2> <url of the source>`. It answers messages with
 * their id. The source is a Redis: `source:<key>` is the version of a key, and `loads:<key>` counts how often it was loaded.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { connectRedisTier } from '../src/adapters/redis/index.ts';
import { CacheManager, MemoryTier } from '../src/index.ts';

const [url = '', sourceUrl = ''] = process.argv.slice(2);
const source = new Redis(sourceUrl);
// Only a dead Redis may count as unavailable: many processes share few cores.
const { tier, journal } = await connectRedisTier({ url, namespace: 'processes', callLimitMs: 500 });
const cache = new CacheManager({ memory: new MemoryTier(), shared: tier, journal });

async function load(key: string): Promise<number> {
  await source.incr(`loads:${key}`);
  if (key.startsWith('slow')) await delay(10 * Math.random());
  const version = Number(await source.get(`source:${key}`));
  if (key.startsWith('slow')) await delay(10 * Math.random());
  return version;
}

const read = (key: string) => cache.getOrSet(key, { ttlMs: 600_000, load: () => load(key) });

/** The version → the latest start of a read that returned it. */
let seen: Record<number, number> | undefined;

/** Reads without a pause. L1 answers most reads, so the loop gives way now and then. */
async function watch(key: string): Promise<void> {
  seen = {};
  for (let count = 0; seen !== undefined; count += 1) {
    const startedAt = Date.now();
    const { value } = await read(key);
    if (seen !== undefined) seen[value] = startedAt;
    if (count % 100 === 0) await delay(1);
  }
}

const commands: Record<string, (key: string, count: number) => unknown> = {
  read: async (key) => {
    const { value, from } = await read(key);
    return { value, from };
  },
  herd: async (key, count) => {
    const answers = await Promise.all(Array.from({ length: count }, () => read(key)));
    return { values: [...new Set(answers.map(({ value }) => value))] };
  },
  change: async (key) => {
    const version = await source.incr(`source:${key}`);
    const began = performance.now();
    const { everywhere } = await cache.invalidate({ keys: [key] });
    return { version, everywhere, tookMs: performance.now() - began, at: Date.now() };
  },
  watch: (key) => void watch(key),
  unwatch: () => {
    const versions = seen;
    seen = undefined;
    return { versions };
  },
  close: () => cache.close(),
};

process.on('message', async ({ id, command, key, count }: Record<string, string>) => {
  const answer = await commands[command as string]?.(key as string, Number(count));
  process.send?.({ id, ...(answer as object) });
});
process.send?.({ id: 'ready' });
