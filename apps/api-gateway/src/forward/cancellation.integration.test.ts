import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { refusingUrl, startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let upstream: TestUpstream;
let gateway: TestGateway;
let handler: RequestListener = () => undefined;

beforeAll(async () => {
  redis = await startTestRedis();
  upstream = await startUpstream((request, response) => handler(request, response));
  gateway = await startGateway({
    redisUrl: redis.url,
    upstreams: { any: upstream.url, refusing: await refusingUrl(), unknown: 'http://nowhere.invalid' },
    // So long that no timeout can cause the effects that the tests expect.
    defaults: { timeoutMs: 60_000, idleTimeoutMs: 60_000 },
    routes: [
      { method: 'GET', path: '/slow', upstream: 'any', timeoutMs: 150 },
      { method: 'POST', path: '/slow', upstream: 'any', timeoutMs: 150, retry: 'idempotent' },
      { method: 'POST', path: '/slow-upload', upstream: 'any', timeoutMs: 1_000, maxBodyBytes: 67_108_864 },
      { method: 'GET', path: '/patient', upstream: 'any' },
      { method: 'POST', path: '/once', upstream: 'any' },
      { method: 'GET', path: '/stalling', upstream: 'any', idleTimeoutMs: 200 },
      { method: 'GET', path: '/refusing', upstream: 'refusing' },
      { method: 'GET', path: '/unknown', upstream: 'unknown' },
    ],
  });
});
afterAll(async () => {
  await gateway.shutDown();
  await upstream.kill();
  await redis.stop();
});
afterEach(() => void upstream.requests.splice(0));

const wasCutOff = (request: IncomingMessage) =>
  new Promise<boolean>((resolve) => request.once('close', () => resolve(true)));

describe('a request that takes too long', () => {
  it('gets a 504, and its work at the upstream is cancelled', async () => {
    let cancelled: Promise<boolean> | undefined;
    handler = (request) => (cancelled = wasCutOff(request));
    const response = await fetch(`${gateway.url}/slow`);
    expect(response.status).toBe(504);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      code: 'upstream-timeout',
      retryable: true,
      instance: '/slow',
    });
    expect(await cancelled).toBe(true);
    expect(upstream.requests).toHaveLength(1);
  });

  it('gets a 408 when the client withholds its body', async () => {
    const request = httpRequest(`${gateway.url}/slow`, {
      method: 'POST',
      headers: { 'content-length': 10, 'idempotency-key': 'a' },
    });
    request.on('error', () => undefined);
    request.write('half');
    const status = await new Promise((resolve) =>
      request.once('response', (response) => resolve(response.statusCode)),
    );
    expect(status).toBe(408);
    expect(upstream.requests).toHaveLength(0);
    request.destroy();
  });

  it('gets a 408 when a streamed body does not arrive completely, and the upstream request is cancelled', async () => {
    let cancelled: Promise<boolean> | undefined;
    handler = (request) => {
      request.resume().once('error', () => undefined);
      cancelled = wasCutOff(request);
    };
    const request = httpRequest(`${gateway.url}/slow`, {
      method: 'POST',
      headers: { 'transfer-encoding': 'chunked' },
    });
    request.on('error', () => undefined);
    request.write('half');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(408);
    expect(JSON.parse(await text(response))).toMatchObject({ code: 'request-timeout', status: 408 });
    expect(await cancelled).toBe(true);
    request.destroy();
  });

  it('gets a 504 when a streamed body stalls because the upstream does not read it', async () => {
    handler = (request) => void request.once('error', () => undefined);
    const request = httpRequest(`${gateway.url}/slow-upload`, {
      method: 'POST',
      headers: { 'content-length': 64 * 1_048_576 },
    });
    request.on('error', () => undefined);
    request.write(Buffer.alloc(63 * 1_048_576));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(504);
    request.destroy();
  });

  it('is cut off when the response stalls in the middle', async () => {
    let cancelled: Promise<boolean> | undefined;
    handler = (request, response) => {
      cancelled = wasCutOff(request);
      response.write('begun');
    };
    const response = await fetch(`${gateway.url}/stalling`);
    await expect(response.text()).rejects.toThrow();
    expect(await cancelled).toBe(true);
  });
});

describe('a client that disconnects', () => {
  it('before the response cancels the work at the upstream', async () => {
    let cancelled: Promise<boolean> | undefined;
    handler = (request) => (cancelled = wasCutOff(request));
    const abort = new AbortController();
    const pending = fetch(`${gateway.url}/patient`, { signal: abort.signal });
    await eventually(() => upstream.requests.length === 1);
    abort.abort();
    await expect(pending).rejects.toThrow();
    expect(await cancelled).toBe(true);
  });

  it('in the middle of the response cancels the work at the upstream', async () => {
    let cancelled: Promise<boolean> | undefined;
    handler = (_request, response) => {
      cancelled = new Promise((resolve) => response.once('close', () => resolve(!response.writableFinished)));
      response.write('begun');
    };
    const abort = new AbortController();
    const response = await fetch(`${gateway.url}/patient`, { signal: abort.signal });
    abort.abort();
    await expect(response.text()).rejects.toThrow();
    expect(await cancelled).toBe(true);
  });

  it('in the middle of its body cancels the work at the upstream', async () => {
    let cancelled: Promise<boolean> | undefined;
    handler = (request) => {
      request.resume().once('error', () => undefined);
      cancelled = wasCutOff(request);
    };
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write('POST /once HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf');
    await eventually(() => upstream.requests.length === 1);
    socket.destroy();
    expect(await cancelled).toBe(true);
    expect(upstream.requests[0]?.complete).toBe(false);
  });
});

describe('a failing upstream', () => {
  it('that refuses connections causes a 502 first, then an immediate 503 while it is set aside', async () => {
    const first = await fetch(`${gateway.url}/refusing`);
    expect(first.status).toBe(502);
    expect(await first.json()).toMatchObject({ code: 'bad-gateway' });
    const second = await fetch(`${gateway.url}/refusing`);
    expect(second.status).toBe(503);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await second.json()).toMatchObject({ code: 'unavailable', retryable: true });
  });

  it('whose name does not exist causes a 503', async () => {
    const response = await fetch(`${gateway.url}/unknown`);
    expect(response.status).toBe(503);
  });

  it('that breaks the connection before a response causes a 502 for a non-repeatable request, sent once', async () => {
    handler = (request) => request.socket.destroy();
    const response = await fetch(`${gateway.url}/once`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ code: 'bad-gateway' });
    expect(upstream.requests).toHaveLength(1);
  });

  it('that breaks the connection in the middle of a response makes the client fail on the truncated response', async () => {
    handler = (_request, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    };
    const response = await fetch(`${gateway.url}/patient`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('that does not speak HTTP causes a 502', async () => {
    handler = (request) => request.socket.end('who are you?\r\n');
    const response = await fetch(`${gateway.url}/once`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(502);
  });

  it('never shows its addresses to the client', async () => {
    handler = (request) => request.socket.destroy();
    const body = await (await fetch(`${gateway.url}/once`, { method: 'POST', body: 'x' })).text();
    expect(body).not.toContain(String(upstream.port));
    expect(body).not.toContain('127.0.0.1');
  });
});
