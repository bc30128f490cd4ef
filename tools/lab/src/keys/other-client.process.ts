/** Usage: other-client.process.ts REDIS_URL: reads one key again and again until SIGTERM, then prints each read that was slow. */
import { Redis } from 'ioredis';

const redis = new Redis(process.argv[2] ?? '');
const waits: { readonly atMs: number; readonly waitMs: number }[] = [];
let isStopped = false;
process.once('SIGTERM', () => (isStopped = true));

while (!isStopped) {
  const [atMs, start] = [Date.now(), performance.now()];
  await redis.get('read by the other client');
  waits.push({ atMs, waitMs: performance.now() - start });
}
redis.disconnect();
process.stdout.write(JSON.stringify(waits));
