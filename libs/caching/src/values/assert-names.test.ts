import { describe, expect, it } from '@jest/globals';
import {
  assertInvalidation,
  assertKey,
  assertStaleTime,
  assertTags,
  assertTtl,
  assertVersion,
} from './assert-names.ts';

const YEAR_MS = 365 * 86_400_000;
const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

describe('a key and a tag', () => {
  it.each(['k', 'k'.repeat(1_024), ' ', 'é\n'])('may be the text %j', (name) => {
    expect(() => assertKey(name)).not.toThrow();
    expect(() => assertTags([name])).not.toThrow();
    expect(() => assertInvalidation([name], [name])).not.toThrow();
  });

  it.each([
    ['', '0 characters'],
    ['k'.repeat(1_025), '1025 characters'],
    [5, 'number'],
    [undefined, 'undefined'],
  ])('must not be %j', (given, got) => {
    const name = given as string;
    const refusal = (what: string) =>
      new RangeError(`${what}: expected text of 1 to 1024 characters, got ${got}`);
    expect(() => assertKey(name)).toThrow(refusal('key'));
    expect(() => assertTags(['t', name])).toThrow(refusal('tag'));
    expect(() => assertInvalidation(['k', name], [])).toThrow(refusal('key'));
    expect(() => assertInvalidation([], ['t', name])).toThrow(refusal('tag'));
  });

  it('are limited in number', () => {
    expect(() => assertTags(names(100))).not.toThrow();
    expect(() => assertTags(names(101))).toThrow(new RangeError('tags: expected at most 100, got 101'));
    expect(() => assertInvalidation(names(4_000), names(6_000))).not.toThrow();
    expect(() => assertInvalidation(names(4_000), names(6_001))).toThrow(
      new RangeError('target: expected at most 10000 keys and tags, got 10001'),
    );
  });
});

describe('a time', () => {
  it('to live is above 0 and at most a year', () => {
    for (const ms of [0.001, 1, YEAR_MS]) expect(() => assertTtl(ms)).not.toThrow();
    for (const ms of [0, -1, YEAR_MS + 1, Number.NaN, Infinity])
      expect(() => assertTtl(ms)).toThrow(
        `ttlMs: expected milliseconds above 0 and at most ${YEAR_MS}, got ${ms}`,
      );
  });

  it('to serve a stale value is from 0 to a year', () => {
    for (const ms of [0, 1, YEAR_MS]) expect(() => assertStaleTime('staleIfErrorMs', ms)).not.toThrow();
    for (const ms of [-0.001, YEAR_MS + 1, Number.NaN])
      expect(() => assertStaleTime('staleIfErrorMs', ms)).toThrow(
        `staleIfErrorMs: expected milliseconds from 0 to ${YEAR_MS}, got ${ms}`,
      );
  });
});

describe('a version', () => {
  it('is a whole number of at least 0, or missing', () => {
    for (const version of [undefined, 0, 7, Number.MAX_SAFE_INTEGER])
      expect(() => assertVersion(version)).not.toThrow();
    for (const version of [-1, 0.5, 2 ** 53, Number.NaN]) {
      expect(() => assertVersion(version)).toThrow('version: expected a whole number of at least 0');
      expect(() => assertInvalidation(['k'], [], version)).toThrow('version: expected');
    }
  });
});
