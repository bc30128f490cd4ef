import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NORMALISED_REQUESTS, REFUSED_REQUESTS } from './hostile-requests.ts';
import { rawRequest, statusesOf } from './raw-request.ts';
import { RecordingUpstream } from './recording-upstream.ts';

export interface ProxyUnderTest {
  /** A port on 127.0.0.1 that accepts HTTP/1.1. */
  readonly port: number;
  close(): Promise<unknown>;
}

/**
 * The guarantees of an HTTP/1.1 proxy for requests that two servers could read differently. Run it on your own configuration.
 *
 * @param start starts a proxy that forwards `GET /v1/things/{id}` and `POST /v1/things` to the upstream
 */
export function proxyConformance(
  name: string,
  start: (upstreamUrl: string) => Promise<ProxyUnderTest>,
): void {
  describe(`${name} as an HTTP/1.1 proxy`, () => {
    let upstream: RecordingUpstream;
    let proxy: ProxyUnderTest;
    beforeAll(async () => {
      upstream = await RecordingUpstream.start();
      proxy = await start(upstream.url);
    });
    afterAll(async () => {
      await proxy.close();
      await upstream.close();
    });
    beforeEach(() => upstream.forget());

    it.each(REFUSED_REQUESTS)(
      'refuses a request with $name, and the bytes after it never reach the upstream',
      async ({ bytes, status = 400 }) => {
        const received = await rawRequest(proxy.port, bytes);
        expect(statusesOf(received)).toEqual([status]);
        expect(received.toLowerCase()).toContain('content-type: application/problem+json');
        // The parser detects a bad chunk after the head was forwarded: the upstream then sees a truncated request.
        expect(upstream.complete.map(({ target }) => target)).toEqual([]);
      },
    );

    it.each(NORMALISED_REQUESTS)(
      'forwards a request with $name in its normal form',
      async ({ bytes, target, body }) => {
        expect(statusesOf(await rawRequest(proxy.port, bytes))).toEqual([200]);
        expect(upstream.complete).toMatchObject([{ target, body }]);
        expect(upstream.complete[0]?.headers).not.toHaveProperty('x-trailer');
      },
    );

    it('answers two requests of one packet in order', async () => {
      const [first, second] = ['first', 'second'].map(
        (id) => `GET /v1/things/${id} HTTP/1.1\r\nHost: shop.example\r\n`,
      );
      const received = await rawRequest(proxy.port, `${first}\r\n${second}Connection: close\r\n\r\n`);
      expect(statusesOf(received)).toEqual([200, 200]);
      expect(received.indexOf('/v1/things/first')).toBeLessThan(received.indexOf('/v1/things/second'));
    });
  });
}
