/** A process that owns servers until it is killed; prints where they are. */
import { startTestPostgres, startTestRedis, temporaryFolder } from '../src/index.ts';

const folder = temporaryFolder('owned by  two words');
const [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
const ports = [postgres.url, redis.url].map((url) => Number(new URL(url).port));
process.stdout.write(`${JSON.stringify({ ports, folder: folder.path })}\n`);
setInterval(() => undefined, 60_000);
