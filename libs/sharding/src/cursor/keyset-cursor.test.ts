import { describe, expect, it } from '@jest/globals';
import { murmur3 } from '@groundwork/hashing';
import fc from 'fast-check';
import { InvalidCursorError } from './invalid-cursor.error.ts';
import { decodeCursor, encodeCursor } from './keyset-cursor.ts';
import { type SortType, type SortValue, type Position, type SortOrder } from './sort-order.ts';

const newestFirst: SortOrder = [
  { name: 'created_at', type: 'timestamp', direction: 'desc' },
  { name: 'id', type: 'id', direction: 'desc' },
];
const position: Position = [new Date(Date.UTC(2026, 10, 22, 16, 0, 0, 123)), '9223372036854775807'];
const cursor = encodeCursor(position, newestFirst, 'customer-1');
const decode = (text: string, list = 'customer-1') => decodeCursor(text, newestFirst, list);

describe('a keyset cursor', () => {
  it('decodes to the position that it was made from', () => {
    expect(decode(cursor)).toEqual(position);
    expect(cursor).toMatch(/^[\w-]{28}$/);
  });

  // Golden: a client may hold a cursor across a deployment.
  it('has a stable text', () => {
    expect(encodeCursor([new Date(1_700_000_000_000), '42'], newestFirst, '7')).toBe(
      'AQAAAYvP5WgAAAAAAAAAACqigK7H',
    );
    const columns: SortOrder = [
      { name: 'settled_at', type: 'timestamp', direction: 'asc', nulls: 'last' },
      { name: 'name', type: 'text', direction: 'asc', nulls: 'first' },
      { name: 'total', type: 'bigint', direction: 'desc' },
    ];
    expect(encodeCursor([null, 'Ünal', '-9'], columns, 'a')).toBe('AQABAAXDnG5hbP_________3LZQLsw');
  });

  it('decodes to its position for any columns, values and NULLs', () => {
    fc.assert(
      fc.property(someSortedPosition, fc.string(), ({ order, position }, list) => {
        expect(decodeCursor(encodeCursor(position, order, list), order, list)).toEqual(position);
      }),
    );
  });

  it('is refused for another list, and the client must start again without it', () => {
    expect(() => decode(cursor, 'customer-2')).toThrow(
      expect.objectContaining({ code: 'invalid-cursor', retryable: false }),
    );
  });

  it('holds the first and the last time that a date can represent', () => {
    for (const atMs of [0, 8_640_000_000_000_000]) {
      const place: Position = [new Date(atMs), '1'];
      expect(decode(encodeCursor(place, newestFirst, 'customer-1'))).toEqual(place);
    }
  });

  it('is refused when any character of it is changed', () => {
    for (let at = 0; at < cursor.length; at++) {
      const changed = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
      expect(() => decode(changed)).toThrow(InvalidCursorError);
    }
  });

  // The checksum needs no secret, so any client can make these.
  it.each([
    [-1n, 1n],
    [8_640_000_000_000_001n, 1n],
    [0n, 0n],
    [0n, -1n],
  ])('with a correct checksum is refused for the time %s and the id %s', (atMs, id) => {
    const asNumbers: SortOrder = newestFirst.map((column) => ({ ...column, type: 'bigint' }));
    const invented = encodeCursor([`${atMs}`, `${id}`], asNumbers, 'customer-1');
    expect(() => decode(invented)).toThrow(InvalidCursorError);
  });

  it('with a correct checksum is refused for too few values, too many values, or invalid text', () => {
    const [createdAt, id] = newestFirst as [SortOrder[0], SortOrder[0]];
    const text: SortOrder = [{ name: 'name', type: 'text', direction: 'asc' }];
    expect(() => decode(encodeCursor([new Date(0)], [createdAt], 'customer-1'))).toThrow(InvalidCursorError);
    expect(() => decode(encodeCursor([...position, '1'], [createdAt, id, id], 'customer-1'))).toThrow(
      InvalidCursorError,
    );
    for (const bytes of [0xff_fe_00_00n, 0x00_06_c3_28_41_41_41_41n, 0x00_06_41_00_41_41_41_41n]) {
      const invented = encodeCursor([`${BigInt.asIntN(64, bytes)}`], [{ ...id, type: 'bigint' }], 'a');
      expect(() => decodeCursor(invented, text, 'a')).toThrow(InvalidCursorError);
    }
    const nullable: SortOrder = [{ name: 'n', type: 'bigint', direction: 'asc', nulls: 'first' }];
    expect(() => decodeCursor(encodeCursor(['A'.repeat(7)], text, 'a'), nullable, 'a')).toThrow(
      InvalidCursorError,
    );
  });

  it('with a correct checksum is refused when its text, or the mark of a NULL, is cut off or unknown', () => {
    const text: SortOrder = [{ name: 'name', type: 'text', direction: 'asc' }];
    const nullable: SortOrder = [{ name: 'n', type: 'text', direction: 'asc', nulls: 'first' }];
    const invented = (bytes: Buffer) => encodeRaw(bytes, 'a');
    expect(decodeCursor(invented(Buffer.from([0, 1, 65])), text, 'a')).toEqual(['A']);
    expect(() => decodeCursor(encodeRaw(Buffer.from([0, 1, 65]), 'a', 2), text, 'a')).toThrow(
      InvalidCursorError,
    );
    for (const bytes of [[], [0], [0, 2, 65], [0, 5, 65, 66, 67]])
      expect(() => decodeCursor(invented(Buffer.from(bytes)), text, 'a')).toThrow(InvalidCursorError);
    expect(decodeCursor(invented(Buffer.from([1, 0, 1, 65])), nullable, 'a')).toEqual(['A']);
    for (const bytes of [[], [2, 0, 1, 65], [255]])
      expect(() => decodeCursor(invented(Buffer.from(bytes)), nullable, 'a')).toThrow(InvalidCursorError);
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
    expect(() => decode(text)).toThrow(InvalidCursorError);
  });
});

/** Makes a cursor with a correct checksum around any bytes. */
function encodeRaw(bytes: Buffer, list: string, version = 1): string {
  const content = Buffer.concat([Buffer.of(version), bytes]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(murmur3(`${content.toString('hex')}|${list}`));
  return Buffer.concat([content, checksum]).toString('base64url');
}

const valueOf: Readonly<Record<SortType, fc.Arbitrary<Date | string>>> = {
  timestamp: fc.date({ min: new Date(0), noInvalidDate: true }),
  bigint: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  id: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String),
  text: fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
};

const someColumn = fc
  .record({
    type: fc.constantFrom<SortType>('timestamp', 'bigint', 'id', 'text'),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
    nulls: fc.constantFrom(undefined, 'first' as const, 'last' as const),
  })
  .chain(({ type, direction, nulls }) =>
    fc.record({
      column: fc.constant({ name: 'any', type, direction, ...(nulls !== undefined && { nulls }) }),
      value: (nulls === undefined ? valueOf[type] : fc.option(valueOf[type])) as fc.Arbitrary<SortValue>,
    }),
  );

const someSortedPosition = fc.array(someColumn, { minLength: 1, maxLength: 4 }).map((columns) => ({
  order: columns.map(({ column }) => column),
  position: columns.map(({ value }) => value),
}));
