/** Usage: burst.process.ts naive|ours REDIS_URL FROM_MS UNTIL_MS: sends requests in this interval and prints how many are admitted. */
import { setTimeout as delay } from 'node:timers/promises';
import { Limiter } from '@groundwork/rate-limiting';
import { RedisLimitStore } from '@groundwork/rate-limiting/redis';
import { Redis } from 'ioredis';
import { LIMIT, POLICY, PROCESSES, WINDOW_SECONDS } from './limits.ts';
import { NaiveWindow } from './naive-window.ts';

const [version, url = '', from, until] = process.argv.slice(2);
const KEY = 'client';
const AT_ONCE = 8;

const { allows, close } = version === 'naive' ? naive() : ours();
await delay(Number(from) - Date.now());
let [sent, admitted] = [0, 0];
await Promise.all(Array.from({ length: AT_ONCE }, sendUntilEnd));
close();
process.stdout.write(JSON.stringify({ sent, admitted }));

async function sendUntilEnd(): Promise<void> {
  while (Date.now() < Number(until)) {
    sent += 1;
    if (await allows()) admitted += 1;
  }
}

function naive() {
  const redis = new Redis(url);
  const window = new NaiveWindow(redis, LIMIT, WINDOW_SECONDS);
  return { allows: () => window.allows(KEY), close: () => redis.disconnect() };
}

function ours() {
  const store = new RedisLimitStore({ url, commandTimeoutMs: 1_000 });
  const limiter = new Limiter({ store, processes: PROCESSES });
  return {
    allows: async () => (await limiter.take(POLICY, KEY)).allowed,
    close: () => void limiter.close(),
  };
}
