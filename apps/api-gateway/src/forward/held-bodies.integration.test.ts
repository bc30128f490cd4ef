import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

const LARGEST_HELD = 65_536;

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let upstream: TestUpstream;
let gateway: TestGateway;
const sockets: Socket[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  upstream = await startUpstream();
  gateway = await startGateway({
    redisUrl: redis.url,
    upstreams: { any: upstream.url },
    defaults: { timeoutMs: 60_000 },
    routes: [{ method: 'POST', path: '/things', upstream: 'any' }],
  });
});
afterAll(async () => {
  await gateway.shutDown();
  await upstream.kill();
  await redis.stop();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  upstream.requests.splice(0);
});

/** Sends a body without its last byte. Resolves with the status of the response, or with `undefined` once `isEnough`. */
function withhold(isEnough: () => boolean = () => false): Promise<number | undefined> {
  const socket = connect(gateway.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.write(`POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: ${LARGEST_HELD}\r\n\r\n`);
  socket.write(Buffer.alloc(LARGEST_HELD - 1, ' '));
  return new Promise((resolve) => {
    let isAnswered = false;
    socket.once('data', (data) => {
      isAnswered = true;
      resolve(Number(data.toString().slice(9, 12)));
    });
    void eventually(() => isAnswered || isEnough(), { within: 25_000 }).then(
      () => resolve(undefined),
      () => undefined,
    );
  });
}

function send(localAddress: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${gateway.url}/things`, { method: 'POST', localAddress, agent: false });
    request.once('response', (response) => resolve(response.resume().statusCode ?? 0)).once('error', reject);
    request.end('small');
  });
}

describe('bodies that do not arrive', () => {
  it('use no connection to a replica, and get a 408 long before the timeout of their route', async () => {
    expect(await withhold()).toBe(408);
    expect(upstream.requests).toHaveLength(0);
  });

  it('are held up to a share for each address, and leave room for the bodies of other clients', async () => {
    const statuses: (number | undefined)[] = [];
    let isOver = false;
    const all = Array.from({ length: 80 }, () =>
      withhold(() => isOver).then((status) => void statuses.push(status)),
    );
    await eventually(() => statuses.length >= 16);
    expect(new Set(statuses)).toEqual(new Set([429]));
    expect(await send('127.0.0.1')).toBe(429);
    expect(await send('127.0.0.2')).toBe(200);
    isOver = true;
    await Promise.all(all);
    for (const socket of sockets.splice(0)) socket.destroy();
    // The gateway releases the bytes of clients that disconnected.
    await eventually(async () => (await send('127.0.0.1')) === 200);
  });
});
