/** Usage: hold-permit.process.ts REDIS_URL NAME LEASE_MS: acquires the only permit, prints its token, and holds it. */
import { eventually } from '@groundwork/testing';
import { RedisSemaphoreStore } from '../src/adapters/redis/redis-semaphore-store.ts';
import { LeasedSemaphore } from '../src/semaphore/leased-semaphore.ts';

const [url = '', name = '', leaseMs] = process.argv.slice(2);
const store = new RedisSemaphoreStore({ url, commandTimeoutMs: 5_000 });
const semaphore = new LeasedSemaphore({ store, name, permits: 1, leaseMs: Number(leaseMs) });
const permit = await eventually(() => semaphore.acquire());
process.stdout.write(`${permit.token}\n`);
permit.signal.addEventListener('abort', () => {
  process.stdout.write(`lost ${permit.isHeld}\n`);
  process.exit();
});
