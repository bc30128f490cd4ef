import { describe, expect, it } from '@jest/globals';
import { NotCacheableError } from '../errors/not-cacheable.error.ts';
import { toJson } from './to-json.ts';

class Money {
  readonly cents = 1;
}
const cycle: { self?: unknown } = {};
cycle.self = { list: [cycle] };
const shared = { x: 1 };

describe('toJson', () => {
  it.each([
    [null, 'null'],
    ['text', '"text"'],
    [{ a: [1, -2.5, true, { b: null }] }, '{"a":[1,-2.5,true,{"b":null}]}'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    [Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
    [[shared, shared], '[{"x":1},{"x":1}]'],
  ])('writes plain data (case %#)', (value, json) => {
    expect(toJson(value)).toBe(json);
  });

  it.each([
    [undefined, 'value is undefined'],
    [{ items: [{ price: Number.NaN }] }, 'value.items[0].price is NaN'],
    [{ total: Infinity }, 'value.total is Infinity'],
    [[1, undefined], 'value[1] is undefined'],
    [{ id: 1n }, 'value.id is a bigint'],
    [{ load: () => 1 }, 'value.load is a function'],
    [Symbol('s'), 'value is a symbol'],
    [new Map([['a', 1]]), 'value is a Map'],
    [{ seen: new Set([1]) }, 'value.seen is a Set'],
    [{ at: new Date() }, 'value.at is a Date'],
    [{ data: Buffer.from('x') }, 'value.data is a Buffer'],
    [[new Money()], 'value[0] is a Money'],
    [cycle, 'value.self.list[0] contains itself'],
  ])('refuses what JSON would lose or change, and names its place (case %#)', (value, message) => {
    expect(() => toJson(value)).toThrow(NotCacheableError);
    expect(() => toJson(value)).toThrow(message);
  });

  it('refuses data that throws when it is read, with the error as its cause', () => {
    const cause = new Error('a getter that throws');
    const value = Object.defineProperty({}, 'broken', {
      enumerable: true,
      get: () => {
        throw cause;
      },
    });
    expect(() => toJson(value)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('value cannot be read'), cause }),
    );
  });

  it('refuses data that is nested too deeply, instead of failing with an error of the stack', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200_000; level += 1) deep = { deep };
    expect(() => toJson(deep)).toThrow('value is nested too deeply');
  });
});
