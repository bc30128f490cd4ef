import { describe, expect, it } from '@jest/globals';
import { InvalidCursorError } from './invalid-cursor.error.ts';
import { decodeCursor, encodeCursor } from './keyset-cursor.ts';

const position = { atMs: Date.UTC(2026, 10, 22, 16, 0, 0, 123), id: '9223372036854775807' };
const cursor = encodeCursor(position, 'customer-1');

describe('a keyset cursor', () => {
  it('comes back as the position it was made of', () => {
    expect(decodeCursor(cursor, 'customer-1')).toEqual(position);
    expect(cursor).toMatch(/^[\w-]{28}$/);
  });

  // Golden: a client may hold a cursor across a deployment.
  it('keeps its text', () => {
    expect(encodeCursor({ atMs: 1_700_000_000_000, id: '42' }, '7')).toBe('AQAAAYvP5WgAAAAAAAAAACqigK7H');
  });

  it('is refused for another list', () => {
    expect(() => decodeCursor(cursor, 'customer-2')).toThrow(InvalidCursorError);
  });

  it('is refused with any one character changed', () => {
    for (let at = 0; at < cursor.length; at++) {
      const changed = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
      expect(() => decodeCursor(changed, 'customer-1')).toThrow(InvalidCursorError);
    }
  });

  // The checksum needs no secret, so anybody can make these.
  it.each([
    { atMs: 8_640_000_000_000_001, id: '1' },
    { atMs: -1, id: '1' },
    { atMs: 0, id: '0' },
    { atMs: 0, id: '-1' },
  ])('is refused when it names %j, though its checksum is right', (invented) => {
    expect(() => decodeCursor(encodeCursor(invented, 'customer-1'), 'customer-1')).toThrow(
      InvalidCursorError,
    );
  });

  it.each([
    '',
    'x',
    '💥',
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    `${cursor}=`,
    `${cursor} `,
    cursor.slice(1),
    `${cursor}A`,
  ])('is refused when it is %j', (text) => {
    expect(() => decodeCursor(text, 'customer-1')).toThrow(InvalidCursorError);
  });
});
