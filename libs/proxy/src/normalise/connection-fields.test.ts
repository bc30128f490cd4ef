import { describe, expect, it } from '@jest/globals';
import { checkConnectionOptions, connectionFieldsOf, isConnectionField } from './connection-fields.ts';

describe('the Connection field of a request', () => {
  it.each(['idempotency-key', 'x-forwarded-for', 'authorization', 'host', 'content-length', 'x-custom'])(
    'must not name the end-to-end field %s',
    (name) => {
      const headers = { [name]: 'x', connection: `keep-alive, ${name.toUpperCase()}` };
      expect(() => checkConnectionOptions(headers)).toThrow(
        expect.objectContaining({ status: 400, code: 'malformed-request' }),
      );
    },
  );

  it.each([undefined, 'keep-alive', 'close', 'Upgrade, HTTP2-Settings', 'TE, trailer', 'x-absent', ''])(
    'may be %s',
    (connection) => {
      const headers = { upgrade: 'h2c', te: 'trailers', trailer: 'x', 'http2-settings': 'x', connection };
      expect(() => checkConnectionOptions(headers)).not.toThrow();
    },
  );
});

describe('the fields that end at the proxy', () => {
  it.each(['connection', 'keep-alive', 'te', 'transfer-encoding', 'upgrade', 'expect'])(
    'include %s',
    (name) => {
      expect(isConnectionField(name)).toBe(true);
      expect(connectionFieldsOf(undefined)).toContain(name);
      expect(connectionFieldsOf('close, x-hop')).toContain(name);
    },
  );

  it('include what the Connection field of a response names', () => {
    const fields = connectionFieldsOf('close, X-Hop');
    expect(fields).toContain('x-hop');
    expect(fields).not.toContain('x-other');
    expect(isConnectionField('x-hop')).toBe(false);
  });
});
