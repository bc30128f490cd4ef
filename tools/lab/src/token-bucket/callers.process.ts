/** Usage: callers.process.ts naive|ours REDIS_URL FROM_MS UNTIL_MS: calls a peer in this interval and prints how often. */
import { setTimeout as delay } from 'node:timers/promises';
import { Limiter, SharedTokenBucket } from '@groundwork/rate-limiting';
import { RedisLimitStore } from '@groundwork/rate-limiting/redis';
import { CAPACITY, POLICY, PROCESSES, RATE_PER_SECOND } from './limits.ts';
import { NaiveTokenBucket } from './naive-token-bucket.ts';

const [version, url = '', from, until] = process.argv.slice(2);
const CALLERS = 20;

const { acquire, wakeUps } = version === 'naive' ? naive() : ours();
await delay(Number(from) - Date.now());
let [calls, waitsForEver] = [0, true];
for (let caller = 0; caller < CALLERS; caller += 1) void callUntilEnd();
acquire(CAPACITY + 1).catch(() => (waitsForEver = false));
await delay(Number(until) - Date.now());
process.stdout.write(JSON.stringify({ calls, wakeUps: wakeUps(), waitsForEver }), () => process.exit());

async function callUntilEnd(): Promise<void> {
  for (;;) {
    await acquire(1);
    if (Date.now() > Number(until)) return;
    calls += 1;
  }
}

function naive() {
  const bucket = new NaiveTokenBucket(CAPACITY, RATE_PER_SECOND);
  return { acquire: (units: number) => bucket.acquire(units), wakeUps: () => bucket.wakeUps };
}

function ours() {
  let count = 0;
  const clock = {
    monotonicMs: () => performance.now(),
    wallMs: () => Date.now(),
    after: (ms: number, wake: () => void) => {
      const timer = setTimeout(() => {
        count += 1;
        wake();
      }, ms);
      return () => clearTimeout(timer);
    },
  };
  const store = new RedisLimitStore({ url, commandTimeoutMs: 1_000 });
  const limiter = new Limiter({ store, processes: PROCESSES });
  const bucket = new SharedTokenBucket(POLICY, { limiter, key: 'peer', clock });
  return { acquire: (units: number) => bucket.acquire(units), wakeUps: () => count };
}
