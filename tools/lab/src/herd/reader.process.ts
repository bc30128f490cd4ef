/** Usage: reader.process.ts naive|ours REDIS_URL TTL_MS AT_MS: at this moment, reads one key many times at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { openCache, type Version } from './cache.ts';
import { Source } from './source.ts';

const READS_AT_ONCE = 50;

const [version, url = '', ttlMs, atMs] = process.argv.slice(2);
const redis = new Redis(url);
const source = new Source(redis);
const cache = await openCache(version as Version, url, Number(ttlMs));
await redis.ping();
await delay(Number(atMs) - Date.now());
const read = () => cache.getOrSet('product', () => source.load());
const values = await Promise.all(Array.from({ length: READS_AT_ONCE }, read));
cache.close();
redis.disconnect();
process.stdout.write(JSON.stringify({ reads: values.length }));
