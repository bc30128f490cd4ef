import { afterAll, beforeAll } from '@jest/globals';
import { startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { describeLoadContext, type TwoManagers } from '../test/describe-load-context.ts';
import { connectManagers } from '../test/managers.ts';

let server: Awaited<ReturnType<typeof startTestRedis>>;
let admin: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

describeLoadContext('over Redis', async () => {
  await admin.flushall();
  const { managers, close } = await connectManagers(2, server.url);
  return { managers: managers as unknown as TwoManagers['managers'], close };
});
