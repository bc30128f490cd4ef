import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { Agent, type IncomingMessage, request as httpRequest, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { startGateway } from '../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../test/start-upstream.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let upstream: TestUpstream;
let handler: RequestListener = () => undefined;
beforeAll(async () => {
  redis = await startTestRedis();
  upstream = await startUpstream((request, response) => handler(request, response));
});
afterAll(async () => {
  await upstream.kill();
  await redis.stop();
});

const start = () =>
  startGateway({
    redisUrl: redis.url,
    upstreams: { any: upstream.url },
    routes: [{ method: 'GET', path: '/things', upstream: 'any' }],
  });

async function ask(url: string, agent: Agent): Promise<IncomingMessage> {
  const [response] = (await once(httpRequest(`${url}/things`, { agent }).end(), 'response')) as [
    IncomingMessage,
  ];
  return response;
}

describe('a gateway that shuts down', () => {
  it('finishes what is in flight, ends its connections, and takes no new ones', async () => {
    const gateway = await start();
    const agent = new Agent({ keepAlive: true });
    let finish: (() => void) | undefined;
    handler = (_request, response) => (finish = () => response.end('whole'));
    const pending = ask(gateway.url, agent);
    await eventually(() => finish);
    const stopping = gateway.shutDown();
    await eventually(() =>
      fetch(`${gateway.url}/things`).then(
        () => false,
        () => true,
      ),
    );
    finish!();
    const response = await pending;
    expect(response.headers.connection).toBe('close');
    expect(await text(response)).toBe('whole');
    expect(await stopping).toBe(true);
    agent.destroy();
  });

  it('also ends a connection whose response started before the shutdown', async () => {
    const gateway = await start();
    const agent = new Agent({ keepAlive: true });
    let finish: (() => void) | undefined;
    handler = (_request, response) => {
      response.write('be');
      finish = () => response.end('gun');
    };
    const response = await ask(gateway.url, agent);
    expect(response.headers.connection).toBe('keep-alive');
    const stopping = gateway.shutDown();
    await eventually(() =>
      fetch(`${gateway.url}/things`).then(
        () => false,
        () => true,
      ),
    );
    finish!();
    expect(await text(response)).toBe('begun');
    expect(await stopping).toBe(true);
    agent.destroy();
  });

  it('does not wait for idle connections', async () => {
    const gateway = await start();
    const agent = new Agent({ keepAlive: true });
    handler = (_request, response) => response.end('done');
    expect(await text(await ask(gateway.url, agent))).toBe('done');
    expect(await gateway.shutDown()).toBe(true);
    agent.destroy();
  });
});
