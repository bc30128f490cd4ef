import { describe, expect, it } from '@jest/globals';
import { type IncomingMessage } from 'node:http';
import { forwardedFields } from './forwarded-fields.ts';
import { responseFields } from './response-fields.ts';

const ORIGIN = {
  clientAddress: '203.0.113.7',
  protocol: 'http',
  requestId: 'request-1',
  traceparent: '00-trace',
} as const;
const OPTIONS = { pseudonym: 'api-gateway', ownFields: new Set(['x-operator-key']) };

function forwarded(rawHeaders: string[], clientAddress: string = ORIGIN.clientAddress): [string, string][] {
  const headers = Object.fromEntries(pairs(rawHeaders).map(([name, value]) => [name.toLowerCase(), value]));
  return pairs(
    forwardedFields(
      { rawHeaders, headers, httpVersion: '1.1' } as unknown as IncomingMessage,
      { ...ORIGIN, clientAddress },
      OPTIONS,
    ),
  );
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index) =>
    index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as [string, string]] : [],
  );
}

const namesOf = (fields: [string, string][]) => fields.map(([name]) => name);

describe('the fields of a forwarded request', () => {
  it('are the client’s, in their order, duplicates included', () => {
    expect(forwarded(['Host', 'a', 'Accept', 'x', 'X-Tag', '1', 'X-Tag', '2']).slice(0, 3)).toEqual([
      ['accept', 'x'],
      ['x-tag', '1'],
      ['x-tag', '2'],
    ]);
  });

  it('omit the fields that apply to the connection only', () => {
    const names = namesOf(
      forwarded([
        ...['Connection', 'keep-alive', 'Keep-Alive', 'timeout=5', 'Proxy-Authorization', 'secret'],
        ...['TE', 'trailers', 'Trailer', 'x', 'Transfer-Encoding', 'chunked', 'Upgrade', 'websocket'],
        ...['Proxy-Connection', 'close', 'Expect', '100-continue', 'X-Public', '2'],
      ]),
    );
    expect(names.filter((name) => !name.startsWith('x-forwarded'))).toEqual([
      'x-public',
      'forwarded',
      'via',
      'x-request-id',
      'traceparent',
    ]);
  });

  it('state the origin of the request and replace the claims of the client', () => {
    const fields = forwarded([
      ...['Host', 'shop.example:8080', 'X-Forwarded-For', '1.1.1.1', 'X_Forwarded_For', '1.1.1.1'],
      ...['X-Forwarded-Anything', '1', 'Forwarded', 'for=1.1.1.1', 'X-Real-IP', '1.1.1.1', 'Via', '1.1 edge'],
      ...['X-Request-Id', 'theirs', 'Traceparent', 'theirs', 'X-Operator-Key', 'secret'],
    ]);
    expect(Object.fromEntries(fields)).toEqual({
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'shop.example:8080',
      forwarded: 'for=203.0.113.7;host="shop.example:8080";proto=http',
      via: '1.1 edge, 1.1 api-gateway',
      'x-request-id': 'request-1',
      traceparent: '00-trace',
    });
    expect(fields).toHaveLength(7);
  });

  it('quote an IPv6 address as RFC 7239 requires', () => {
    const fields = Object.fromEntries(forwarded(['Host', 'a'], '2001:db8::1'));
    expect(fields).toMatchObject({
      'x-forwarded-for': '2001:db8::1',
      forwarded: 'for="[2001:db8::1]";host="a";proto=http',
    });
  });
});

describe('the fields of a forwarded response', () => {
  const raw = (...fields: string[]) => fields.map((field) => Buffer.from(field, 'latin1'));

  it('omit the fields that apply to the connection only, and those that Connection names', () => {
    const fields = responseFields(
      raw(
        'Connection',
        'X-Private',
        'X-Private',
        '1',
        'Keep-Alive',
        'timeout=5',
        'Content-Type',
        'text/plain',
      ),
      {},
    );
    expect(pairs(fields)).toEqual([['content-type', 'text/plain']]);
  });

  it('keep every cookie, and replace fields of the replica by the gateway’s own', () => {
    const fields = responseFields(
      raw('Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Request-Id', 'theirs', 'RateLimit', 'theirs'),
      { 'x-request-id': 'ours', ratelimit: 'ours' },
    );
    expect(pairs(fields)).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-request-id', 'ours'],
      ['ratelimit', 'ours'],
    ]);
  });

  it('keep bytes beyond ASCII unchanged', () => {
    expect(responseFields(raw('X-Name', 'caf\xe9'), {})).toEqual(['x-name', 'caf\xe9']);
  });
});
