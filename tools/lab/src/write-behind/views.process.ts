/**
 * Usage: views.process.ts naive|ours REDIS_URL DATABASE_URL RUN FROM: counts views one after the other, and prints the number of each
 * one that is acknowledged. SIGTERM ends it in order.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { PAGES } from './limits.ts';
import { openWriter, type Version } from './writer.ts';

/** Both versions get the same load, and the timer of the naive one a turn of the event loop. */
const PAUSE_MS = 1;

const [version, redisUrl = '', databaseUrl = '', run, from] = process.argv.slice(2);
const writer = await openWriter(version as Version, { redisUrl, databaseUrl });
let isOver = false;
process.once('SIGTERM', () => (isOver = true));
for (let number = Number(from); !isOver; number += 1) {
  await writer.countView(`${run}-${number % PAGES}`, `${run}-${number}`);
  // A pipe is written synchronously: kill -9 after this line finds the number in the pipe.
  process.stdout.write(`${number}\n`);
  await delay(PAUSE_MS);
}
await writer.close();
