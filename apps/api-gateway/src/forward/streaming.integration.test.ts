import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { once } from 'node:events';
import {
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

const MIB = 1_048_576;

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let upstream: TestUpstream;
let gateway: TestGateway;
let handler: RequestListener = () => undefined;
const last = () => upstream.requests.at(-1)!;

beforeAll(async () => {
  redis = await startTestRedis();
  upstream = await startUpstream((request, response) => handler(request, response));
  gateway = await startGateway({
    redisUrl: redis.url,
    upstreams: { any: upstream.url },
    routes: [
      { method: 'POST', path: '/v1/things', upstream: 'any' },
      { method: 'PUT', path: '/v1/large', upstream: 'any', maxBodyBytes: 256 * MIB, timeoutMs: 60_000 },
      { method: 'GET', path: '/v1/things/{id}', upstream: 'any' },
    ],
  });
});
afterAll(async () => {
  await gateway.shutDown();
  await upstream.kill();
  await redis.stop();
});
afterEach(() => void upstream.requests.splice(0));

function open(method: string, path: string, headers: Record<string, string | number> = {}): ClientRequest {
  return httpRequest(`${gateway.url}${path}`, { method, headers, agent: false });
}

async function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

/** Resolves when a number has not changed between two polls. */
async function standsStill(current: () => number): Promise<void> {
  let before = -1;
  await eventually(() => before === (before = current()), { every: 200 });
}

describe('a response', () => {
  it('reaches the client while the upstream is still writing it', async () => {
    let finish: () => void = () => undefined;
    handler = (_request, response) => {
      response.write('first');
      finish = () => response.end(' last');
    };
    const response = await fetch(`${gateway.url}/v1/things/1`);
    const reader = response.body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('first');
    finish();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe(' last');
    expect((await reader.read()).done).toBe(true);
  });

  it('sends its head before there is any body', async () => {
    let held: ServerResponse | undefined;
    handler = (_request, response) => {
      response.writeHead(200, { 'content-length': '4' }).flushHeaders();
      held = response;
    };
    const response = await fetch(`${gateway.url}/v1/things/1`);
    expect(response.headers.get('content-length')).toBe('4');
    held!.end('body');
    expect(await response.text()).toBe('body');
  });

  it('may be an endless stream of events, each forwarded when it happens', async () => {
    let emit: (data: string) => void = () => undefined;
    handler = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      emit = (data) => response.write(`data: ${data}\n\n`);
    };
    const abort = new AbortController();
    const response = await fetch(`${gateway.url}/v1/things/1`, { signal: abort.signal });
    const reader = response.body!.getReader();
    for (const data of ['one', 'two', 'three']) {
      emit(data);
      expect(Buffer.from((await reader.read()).value!).toString()).toBe(`data: ${data}\n\n`);
    }
    abort.abort();
  });

  it('is paused while the client does not read', async () => {
    let written = 0;
    handler = (_request, response) => {
      const chunk = Buffer.alloc(MIB);
      const fill = () => {
        while (written < 64 && response.write(chunk)) written += 1;
        if (written < 64) response.once('drain', () => ((written += 1), fill()));
        else response.end();
      };
      fill();
    };
    const response = await answerTo(open('GET', '/v1/things/1').end());
    await eventually(() => written > 0);
    await standsStill(() => written);
    expect(written).toBeLessThan(64);
    expect((await buffer(response)).length).toBe(64 * MIB);
  });

  it.each([
    [204, undefined],
    [304, undefined],
    [200, ''],
    [404, '{"code":"not-found"}'],
    [201, 'x'.repeat(300_000)],
  ])('with status %i keeps its status and body', async (status, body) => {
    handler = (_request, response) => void response.writeHead(status).end(body);
    const response = await fetch(`${gateway.url}/v1/things/1`);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(body ?? '');
  });

  it('to HEAD has the length but not the body', async () => {
    handler = (_request, response) => void response.writeHead(200, { 'content-length': '4' }).end('body');
    const response = await fetch(`${gateway.url}/v1/things/1`, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe('4');
    expect(last().method).toBe('HEAD');
  });

  it('omits interim responses, which apply to one connection only', async () => {
    handler = (_request, response) =>
      response.writeEarlyHints({ link: '</a>; rel=preload' }, () => response.end('late'));
    const response = await fetch(`${gateway.url}/v1/things/1`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('late');
  });
});

describe('a request body', () => {
  it('reaches the upstream while the client is still sending it', async () => {
    handler = (request, response) => {
      request.once('data', (chunk: Buffer) => response.end(chunk.toString()));
    };
    const request = open('POST', '/v1/things', { 'transfer-encoding': 'chunked' });
    request.write('first');
    const response = await answerTo(request);
    expect(await text(response)).toBe('first');
    request.destroy();
  });

  it('of 64 MiB is paused while the upstream does not read, and arrives complete', async () => {
    let read: (() => void) | undefined;
    handler = (request, response) => {
      let bytes = 0;
      read = () =>
        request
          .on('data', (chunk: Buffer) => (bytes += chunk.length))
          .on('end', () => response.end(String(bytes)));
    };
    const request = open('PUT', '/v1/large', { 'content-length': 64 * MIB });
    const chunk = Buffer.alloc(MIB);
    let sent = 0;
    const send = () => {
      while (sent < 64) if (((sent += 1), !request.write(chunk))) return void request.once('drain', send);
      request.end();
    };
    send();
    await eventually(() => read);
    await standsStill(() => sent);
    expect(sent).toBeLessThan(64);
    read!();
    expect(await text(await answerTo(request))).toBe(String(64 * MIB));
  });

  it('with too large a declared length is refused at once and never reaches the upstream', async () => {
    const request = open('POST', '/v1/things', { 'content-length': 10 * MIB });
    request.flushHeaders();
    const response = await answerTo(request);
    expect(response.statusCode).toBe(413);
    expect(JSON.parse(await text(response))).toMatchObject({ code: 'payload-too-large', status: 413 });
    expect(upstream.requests).toHaveLength(0);
    request.destroy();
  });

  it('of 10 MB is refused, and a client that sends all of it before it reads gets the 413', async () => {
    const response = await fetch(`${gateway.url}/v1/things`, {
      method: 'POST',
      body: Buffer.alloc(10_000_000),
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'payload-too-large' });
  });

  it('without a declared length is cut off at the limit, at the client and at the upstream', async () => {
    let received = 0;
    let outcome = 'open';
    handler = (request) => {
      request.on('data', (chunk: Buffer) => (received += chunk.length));
      request
        .once('error', () => undefined)
        .once('close', () => (outcome = request.complete ? 'whole' : 'cut off'));
    };
    const request = open('POST', '/v1/things', { 'transfer-encoding': 'chunked' });
    request.on('error', () => undefined);
    const answered = answerTo(request);
    const chunk = Buffer.alloc(65_536);
    const sending = setInterval(() => request.write(chunk), 1);
    const response = await answered;
    clearInterval(sending);
    expect(response.statusCode).toBe(413);
    await eventually(() => outcome === 'cut off');
    expect(received).toBeLessThanOrEqual(MIB);
    request.destroy();
  });

  it('with Expect: 100-continue gets a 100 before the client sends it', async () => {
    handler = (request, response) => void text(request).then((body) => response.end(body));
    const request = open('POST', '/v1/things', { expect: '100-continue', 'content-length': 4 });
    request.flushHeaders();
    await once(request, 'continue');
    request.end('body');
    expect(await text(await answerTo(request))).toBe('body');
    expect(last().headers.expect).toBeUndefined();
  });

  it('that is refused gets no 100, and the connection ends', async () => {
    const request = open('POST', '/v1/things', {
      connection: 'keep-alive',
      expect: '100-continue',
      'content-length': 10 * MIB,
    });
    let continued = false;
    request.once('continue', () => (continued = true)).on('error', () => undefined);
    request.flushHeaders();
    const response = await answerTo(request);
    expect(response.statusCode).toBe(413);
    expect(response.headers.connection).toBe('close');
    expect(continued).toBe(false);
    request.destroy();
  });

  it('that the upstream answers before its end leaves the connection usable for the next request', async () => {
    let answer: (() => void) | undefined;
    handler = (request, response) => {
      if (request.method === 'PUT') answer = () => response.writeHead(422).end('no');
      else response.end('next');
    };
    const socket = connect(gateway.port, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1').on('data', (data: string) => (received += data));
    socket.write(`PUT /v1/large HTTP/1.1\r\nHost: a\r\nContent-Length: ${64 * MIB}\r\n\r\n`);
    let sent = 0;
    const send = () => {
      while (sent < 64)
        if (((sent += 1), !socket.write(Buffer.alloc(MIB)))) return void socket.once('drain', send);
    };
    send();
    await eventually(() => answer);
    // The upstream does not read the body, so the gateway has stopped reading it as well.
    await standsStill(() => sent);
    expect(sent).toBeLessThan(64);
    answer!();
    await eventually(() => received.includes('422 Unprocessable'));
    await eventually(() => sent === 64);
    socket.write('GET /v1/things/1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => received.endsWith('next'));
    socket.destroy();
  });
});
