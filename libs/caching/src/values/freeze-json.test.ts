import { describe, expect, it } from '@jest/globals';
import { deepFreeze, freezeJson } from './freeze-json.ts';

describe('frozen data', () => {
  it('is frozen at every depth, in arrays and objects', () => {
    const value = freezeJson('{"list":[{"a":1},[{"b":null}]],"nested":{"c":{"d":"text"}}}');
    const isFrozen = (part: unknown): boolean =>
      Object.isFrozen(part) &&
      (typeof part !== 'object' || part === null || Object.values(part).every((child) => isFrozen(child)));
    expect(isFrozen(value)).toBe(true);
    expect(value).toEqual({ list: [{ a: 1 }, [{ b: null }]], nested: { c: { d: 'text' } } });
  });

  it.each([null, 1, 'text', true, undefined])('may be the plain value %j', (value) => {
    expect(deepFreeze(value)).toBe(value);
  });
});
