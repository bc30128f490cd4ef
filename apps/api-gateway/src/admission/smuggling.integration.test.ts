import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestRedis } from '@groundwork/testing';
import { rawRequest, statusesOf } from '../../test/raw-request.ts';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let upstream: TestUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startTestRedis();
  upstream = await startUpstream();
  gateway = await startGateway({
    redisUrl: redis.url,
    upstreams: { any: upstream.url },
    routes: [
      { method: 'GET', path: '/v1/things/{id}', upstream: 'any' },
      { method: 'POST', path: '/v1/things', upstream: 'any' },
    ],
  });
});
afterAll(async () => {
  await gateway.shutDown();
  await upstream.kill();
  await redis.stop();
});
afterEach(() => void upstream.requests.splice(0));

const GET = 'GET /v1/things/1 HTTP/1.1\r\n';
const POST = 'POST /v1/things HTTP/1.1\r\n';
const HOST = 'Host: shop.example\r\n';
/** The bytes that an attacker wants a server to parse as a separate request. */
const SMUGGLED = 'GET /v1/things/smuggled HTTP/1.1\r\nHost: shop.example\r\n\r\n';

describe('a request that two servers could read differently', () => {
  it.each<[what: string, bytes: string]>([
    ['two Hosts', `${GET}${HOST}Host: evil.example\r\n\r\n`],
    ['two equal Hosts', `${GET}${HOST}${HOST}\r\n`],
    ['no Host', `${GET}Accept: x\r\n\r\n`],
    ['an empty Host', `${GET}Host: \r\n\r\n`],
    ['a Host with a path', `${GET}Host: shop.example/x\r\n\r\n`],
    ['a Host with user information', `${GET}Host: shop.example@evil.example\r\n\r\n`],
    ['a Host that is a list', `${GET}Host: shop.example, evil.example\r\n\r\n`],
    [
      'an absolute form that names another host',
      `GET http://evil.example/v1/things/1 HTTP/1.1\r\n${HOST}\r\n`,
    ],
    [
      'an absolute form with user information',
      `GET http://shop.example@evil.example/v1/things/1 HTTP/1.1\r\n${HOST}\r\n`,
    ],
    ['an absolute form of another scheme', `GET ftp://shop.example/v1/things/1 HTTP/1.1\r\n${HOST}\r\n`],
    ['the asterisk form', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`],
    [
      'Content-Length beside chunked',
      `${POST}${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'chunked beside Content-Length',
      `${POST}${HOST}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'two Content-Lengths',
      `${POST}${HOST}Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    ],
    ['a list of Content-Lengths', `${POST}${HOST}Content-Length: 5, 5\r\n\r\nhello${SMUGGLED}`],
    ['a signed Content-Length', `${POST}${HOST}Content-Length: +5\r\n\r\nhello${SMUGGLED}`],
    ['a negative Content-Length', `${POST}${HOST}Content-Length: -5\r\n\r\nhello${SMUGGLED}`],
    ['a hexadecimal Content-Length', `${POST}${HOST}Content-Length: 0x5\r\n\r\nhello${SMUGGLED}`],
    ['a space in Content-Length', `${POST}${HOST}Content-Length: 5 5\r\n\r\nhello${SMUGGLED}`],
    [
      'a transfer coding before chunked',
      `${POST}${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'a transfer coding after chunked',
      `${POST}${HOST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'chunked twice',
      `${POST}${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['an unknown transfer coding', `${POST}${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['an empty transfer coding', `${POST}${HOST}Transfer-Encoding: \r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['chunked in quotes', `${POST}${HOST}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    [
      'a vertical tab before chunked',
      `${POST}${HOST}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['a space before a colon', `${POST}${HOST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a folded field', `${POST}${HOST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a line feed alone', `${POST}${HOST}X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a carriage return alone', `${POST}${HOST}X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a NUL in a field', `${GET}${HOST}X: a\x00b\r\n\r\n`],
    ['a space in a field name', `${GET}${HOST}X Y: a\r\n\r\n`],
    ['a space before the first field', `${GET} ${HOST}\r\n`],
    [
      'a chunk size that is not a number',
      `${POST}${HOST}Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n${SMUGGLED}`,
    ],
    [
      'a chunk size too large to count',
      `${POST}${HOST}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n${SMUGGLED}`,
    ],
    [
      'a chunk longer than its size',
      `${POST}${HOST}Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'a chunk size with a sign',
      `${POST}${HOST}Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'HTTP/1.0 with a transfer coding',
      `POST /v1/things HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['GET with a body', `${GET}${HOST}Content-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['GET with chunks', `${GET}${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['an unknown HTTP version', `GET /v1/things/1 HTTP/1.9\r\n${HOST}\r\n`],
    ['no HTTP version', `GET /v1/things/1\r\n${HOST}\r\n`],
    ['a space in the target', `GET /v1/things/1 x HTTP/1.1\r\n${HOST}\r\n`],
    ['dot segments', `GET /v1/things/../things/1 HTTP/1.1\r\n${HOST}\r\n`],
    ['encoded dot segments', `GET /v1/things/%2e%2E HTTP/1.1\r\n${HOST}\r\n`],
    ['an encoded slash', `GET /v1/things/..%2fadmin HTTP/1.1\r\n${HOST}\r\n`],
    ['a backslash', `GET /v1/things/..\\admin HTTP/1.1\r\n${HOST}\r\n`],
    ['an encoded backslash', `GET /v1/things/..%5Cadmin HTTP/1.1\r\n${HOST}\r\n`],
    ['an encoded NUL', `GET /v1/things/1%00 HTTP/1.1\r\n${HOST}\r\n`],
    ['half an escape', `GET /v1/things/%4 HTTP/1.1\r\n${HOST}\r\n`],
    ['bytes beyond ASCII', `GET /v1/things/\xe9 HTTP/1.1\r\n${HOST}\r\n`],
    ['escapes that are not UTF-8', `GET /v1/things/%ff HTTP/1.1\r\n${HOST}\r\n`],
    ['a fragment', `GET /v1/things/1#x HTTP/1.1\r\n${HOST}\r\n`],
  ])('with %s is refused, and the bytes after it never reach an upstream', async (_what, bytes) => {
    const received = await rawRequest(gateway.port, bytes);
    expect(statusesOf(received)).toEqual([400]);
    expect(received.toLowerCase()).toContain('content-type: application/problem+json');
    // The parser detects a bad chunk after the head was forwarded: the upstream then sees a truncated request.
    expect(upstream.requests.filter(({ complete }) => complete).map(({ url }) => url)).toEqual([]);
  });

  it('ends its connection even when no round trip to Redis delays the smuggled request', async () => {
    const hasty = await startGateway({
      redisUrl: 'redis://127.0.0.1:1',
      upstreams: { any: upstream.url },
      routes: [{ method: 'GET', path: '/v1/things/{id}', upstream: 'any' }],
    });
    // Opens the circuit breaker: from then on each process decides locally, without a delay.
    for (let index = 0; index < 4; index += 1) await (await fetch(`${hasty.url}/v1/things/1`)).text();
    upstream.requests.splice(0);
    const bytes = `${GET}${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`;
    expect(statusesOf(await rawRequest(hasty.port, bytes))).toEqual([400]);
    expect(upstream.requests).toHaveLength(0);
    await hasty.shutDown();
  });

  it('gets a problem document when the parser refuses it', async () => {
    const received = await rawRequest(gateway.port, `${GET}${HOST}X Y: a\r\n\r\n`);
    expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n/);
    expect(JSON.parse(received.split('\r\n\r\n')[1]!)).toMatchObject({
      code: 'malformed-request',
      status: 400,
    });
  });

  it('gets a 431 when its header fields are too large', async () => {
    const received = await rawRequest(gateway.port, `${GET}${HOST}X: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(statusesOf(received)).toEqual([431]);
    expect(JSON.parse(received.split('\r\n\r\n')[1]!)).toMatchObject({ code: 'headers-too-large' });
  });
});

describe('an unusual but unambiguous request', () => {
  it.each<[what: string, bytes: string, url: string, body: string]>([
    [
      'the absolute form of its own Host',
      `GET http://Shop.example/v1/things/1?a=b HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
      '/v1/things/1?a=b',
      '',
    ],
    [
      'chunk extensions and trailers',
      `${POST}${HOST}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n`,
      '/v1/things',
      'hello',
    ],
    [
      'a coding in capitals',
      `${POST}${HOST}Connection: close\r\nTransfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
      '/v1/things',
      'hello',
    ],
    ['HTTP/1.0 without a Host', 'GET /v1/things/1 HTTP/1.0\r\n\r\n', '/v1/things/1', ''],
    [
      'escapes that are needed',
      `GET /v1/things/a%20b HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
      '/v1/things/a%20b',
      '',
    ],
    [
      'escapes that are not needed',
      `GET /v1/%74hings/a%2db%2Cc?%61=%62 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
      '/v1/things/a-b%2Cc?%61=%62',
      '',
    ],
    ['an IPv6 Host', `${GET}Host: [::1]:8080\r\nConnection: close\r\n\r\n`, '/v1/things/1', ''],
  ])('with %s is forwarded in its normal form', async (_what, bytes, url, body) => {
    const received = await rawRequest(gateway.port, bytes);
    expect(statusesOf(received)).toEqual([200]);
    expect(upstream.requests).toHaveLength(1);
    expect(upstream.requests[0]).toMatchObject({ url });
    expect(upstream.requests[0]!.headers).not.toHaveProperty('x-trailer');
    expect(received).toContain(`"body":${JSON.stringify(body)}`);
  });

  it('that shares a packet with another one is answered in order', async () => {
    const received = await rawRequest(
      gateway.port,
      `${GET}${HOST}\r\nGET /v1/things/2 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
    );
    expect(statusesOf(received)).toEqual([200, 200]);
    expect(received.indexOf('/v1/things/1')).toBeLessThan(received.indexOf('/v1/things/2'));
  });
});
