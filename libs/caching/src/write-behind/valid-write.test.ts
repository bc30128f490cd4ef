import { describe, expect, it } from '@jest/globals';
import { InvalidWrite } from './errors.ts';
import { assertIdempotencyKey, assertStorable, assertWriteKey } from './valid-write.ts';

describe('the key of a write', () => {
  it.each(['a', 'x'.repeat(512), 'Größe 🛒', '\u0001', 'line\nbreak'])('may be %j', (key) => {
    expect(() => assertWriteKey(key)).not.toThrow();
    expect(() => assertIdempotencyKey(key)).not.toThrow();
  });

  it.each(['', 'x'.repeat(513), undefined as unknown as string, 7 as unknown as string])(
    'must be text of 1 to 512 characters: %j is refused',
    (key) => {
      expect(() => assertWriteKey(key)).toThrow(
        new InvalidWrite('key: expected text of 1 to 512 characters'),
      );
    },
  );

  it.each(['a\0b', '\ud800', 'a\udc00'])('must be text that Postgres stores: %j is refused', (key) => {
    const fault = 'contains NUL or half of a surrogate pair';
    expect(() => assertWriteKey(key)).toThrow(new InvalidWrite(`key: ${fault}`));
    expect(() => assertIdempotencyKey(key)).toThrow(new InvalidWrite(`idempotencyKey: ${fault}`));
  });

  it('may have no idempotency key beside it', () => {
    expect(() => assertIdempotencyKey(undefined)).not.toThrow();
    expect(() => assertIdempotencyKey('')).toThrow('idempotencyKey: expected text');
  });
});

describe('the JSON text of a document', () => {
  it.each(['\0', 'a\0', '\\\0', '\ud800', '\udfff', '\udbff', 'a\udc00b'])('must not contain %j', (text) => {
    expect(() => assertStorable(JSON.stringify({ text }))).toThrow(
      new InvalidWrite('value: contains NUL (U+0000) or half of a surrogate pair, which cannot be stored'),
    );
  });

  it.each(['\\u0000', '\\\\u0000', '\\ud800', '\u0001', '\u001f', '🛒', 'u0000', '\\'])(
    'may contain %j',
    (text) => {
      expect(() => assertStorable(JSON.stringify({ text }))).not.toThrow();
    },
  );
});
