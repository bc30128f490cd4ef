/** Starts servers, prints their ports and folder, and keeps the servers until it is killed. */
import { startTestPostgres, startTestRedis, temporaryFolder } from '../src/index.ts';

const folder = temporaryFolder('owned by  two words');
const [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
const ports = [postgres.url, redis.url].map((url) => Number(new URL(url).port));
process.stdout.write(`${JSON.stringify({ ports, folder: folder.path })}\n`);
setInterval(() => undefined, 60_000);
