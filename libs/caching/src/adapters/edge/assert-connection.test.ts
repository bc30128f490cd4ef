import { describe, expect, it } from '@jest/globals';
import { addressOf, assertFields, assertToken, originOf } from './assert-connection.ts';

/** Returns the whole text of an error, as a logger prints it. */
function refusal(act: () => void): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return JSON.stringify(error, Object.getOwnPropertyNames(error));
  }
  throw new Error('nothing was refused');
}

describe('a token', () => {
  it.each(['secret\n', 'secret\r\nx: y', 'two secret', '', 'secret\u0000', 'sécret'])(
    'that no HTTP field can carry is refused, without its text (%j)',
    (token) => {
      const text = refusal(() => assertToken('token', token));
      expect(text).toContain('token: expected visible ASCII');
      expect(text).not.toContain('cret');
    },
  );

  it('is refused if a configuration did not define it', () => {
    expect(refusal(() => assertToken('token', undefined as unknown as string))).toContain('token: expected');
  });

  it('may have every visible character', () => {
    const every = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join('');
    expect(() => assertToken('token', every)).not.toThrow();
  });
});

describe('fields of a request', () => {
  it('are refused with their names, and without their values', () => {
    const text = refusal(() => assertFields({ 'purge-key': 'secret\n' }));
    expect(text).toContain('purge-key');
    expect(text).not.toContain('secret');
    expect(refusal(() => assertFields({ 'purge key': 'a' }))).toContain('is not the name of an HTTP field');
    expect(refusal(() => assertFields({ '': 'a' }))).toContain('is not the name of an HTTP field');
    expect(refusal(() => assertFields({ a: undefined as unknown as string }))).toContain('the value of a');
  });

  it('may be empty, and contain spaces', () => {
    expect(() => assertFields({ 'purge-key': 'Bearer abc', empty: '' })).not.toThrow();
  });
});

describe('an address', () => {
  it.each([
    ['http://user:secret@10.0.0.5', 'without user name and password'],
    ['http://secret@10.0.0.5', 'without user name and password'],
    ['http://:secret@10.0.0.5', 'without user name and password'],
    ['http://10.0.0.5/?token=secret', 'without query and fragment'],
    ['http://10.0.0.5/#secret', 'without query and fragment'],
    ['http://secret:6081/?', 'without query and fragment'],
    ['http://secret:6081/#', 'without query and fragment'],
    ['secret:6081', 'absolute http or https'],
    ['ftp://secret', 'absolute http or https'],
    ['', 'absolute http or https'],
  ])('is refused without its text: %s', (address, reason) => {
    const text = refusal(() => addressOf('instance', address));
    expect(text).toContain(reason);
    expect(text).not.toContain('secret');
  });

  it('keeps its path, without a slash at its end', () => {
    expect(addressOf('apiUrl', 'https://api.example/v4/')).toBe('https://api.example/v4');
    expect(addressOf('instance', 'http://10.0.0.5:6081')).toBe('http://10.0.0.5:6081');
    expect(addressOf('instance', 'HTTP://Varnish/')).toBe('http://varnish');
  });

  it('of a server has no path: the path of a URL is appended to it', () => {
    expect(originOf('instance', 'http://10.0.0.5:6081/')).toBe('http://10.0.0.5:6081');
    expect(refusal(() => originOf('instance', 'http://10.0.0.5:6081/x'))).toContain('without a path');
  });
});
