import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

const CONNECTIONS = 256;

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let upstream: TestUpstream;
let gateway: TestGateway;
let answers: ServerResponse[] = [];
const sockets: Socket[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  upstream = await startUpstream((request, response) => {
    answers.push(response);
    if (request.url === '/large') response.end(Buffer.alloc(16 * 1_048_576));
  });
  gateway = await startGateway({
    redisUrl: redis.url,
    upstreams: { any: upstream.url },
    defaults: { timeoutMs: 60_000, idleTimeoutMs: 60_000 },
    routes: ['/large', '/never'].map((path) => ({ method: 'GET', path, upstream: 'any' })),
  });
});
afterAll(async () => {
  await gateway.shutDown();
  await upstream.kill();
  await redis.stop();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  answers = [];
});

/** Sends a request as a client that never reads its response. */
function askAndDoNotRead(path: string): void {
  const socket = connect(gateway.port, '127.0.0.1').pause();
  socket.on('error', () => undefined).write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  sockets.push(socket);
}

const isReady = async () => (await fetch(`${gateway.url}/health/ready`)).status === 200;

describe('a client that does not read its response', () => {
  it('loses it, and the connection to the replica is released', async () => {
    for (let index = 0; index < 5; index += 1) askAndDoNotRead('/large');
    await eventually(() => answers.length === 5);
    expect(answers.some(({ closed }) => closed)).toBe(false);
    await eventually(() => answers.every(({ closed }) => closed), { within: 25_000 });
  });
});

describe('a gateway whose connections to an upstream are all in use', () => {
  it('is not ready until connections are free again', async () => {
    expect(await isReady()).toBe(true);
    for (let index = 0; index < CONNECTIONS; index += 1) askAndDoNotRead('/never');
    await eventually(async () => !(await isReady()));
    for (const socket of sockets.splice(0)) socket.destroy();
    await eventually(isReady);
  });
});
