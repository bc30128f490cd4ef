/** Usage: decide-many.process.ts REDIS_URL DECISIONS: takes units of one key and prints how many it got, and from when until when. */
import { eventually } from '@groundwork/testing';
import { ratePolicy } from '../src/gcra/rate-policy.ts';
import { RedisLimitStore } from '../src/adapters/redis/redis-limit-store.ts';

const [url = '', decisions = ''] = process.argv.slice(2);
const policy = ratePolicy({ name: 'many', capacity: 100, ratePerSecond: 1_000 });
const store = new RedisLimitStore({ url, commandTimeoutMs: 10_000 });
await eventually(() => store.ping().then(() => true));

let [left, admitted] = [Number(decisions), 0];
const startedAt = Date.now();
await Promise.all(Array.from({ length: 32 }, takeUntilEnd));
process.stdout.write(JSON.stringify({ admitted, startedAt, endedAt: Date.now() }));
await store.close();

async function takeUntilEnd(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const [decision] = await store.take([{ policy, key: 'shared', cost: 1 }]);
    if (decision?.allowed) admitted += 1;
  }
}
