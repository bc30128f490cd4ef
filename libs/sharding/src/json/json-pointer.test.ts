import { expect, it } from '@jest/globals';
import { jsonPointer } from './json-pointer.ts';

it.each([
  [[], ''],
  [['keyspaces', 'shop', 0], '/keyspaces/shop/0'],
  [['a~b', 'c/d', '~1', ''], '/a~0b/c~1d/~01/'],
])('the JSON pointer of the path %j is %j (RFC 6901)', (path, pointer) => {
  expect(jsonPointer(...path)).toBe(pointer);
});
