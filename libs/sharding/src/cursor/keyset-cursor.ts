import { murmur3 } from '@groundwork/hashing';
import { InvalidCursorError } from './invalid-cursor.error.ts';
import { KEY_CODECS } from './key-codecs.ts';
import { type SortValue, type Position, type SortColumn, type SortOrder } from './sort-order.ts';

const VERSION = 1;
const CHECKSUM_BYTES = 4;

/**
 * Encodes where a page ended as an opaque text (base64url): version, values of the position, and a checksum over these and
 * the `list`. `list` is a text that identifies the list, its filter and its sort order. The list implies the order, so the
 * order is not encoded. A value of a column that may be NULL is preceded by a byte that says whether it is NULL.
 *
 * The checksum needs no HMAC, because a cursor grants no permission. The query itself names the list, so a forged cursor can
 * only skip to another place of a list that the client may read anyway. The checksum refuses a cursor of another list and a
 * damaged or invented one instead of returning a wrong page, and there is no secret to share and rotate.
 */
export function encodeCursor(position: Position, order: SortOrder, list: string): string {
  const values = order.map((column, index) => encodeValue(column, position[index] as SortValue));
  const content = Buffer.concat([Buffer.of(VERSION), ...values]);
  return Buffer.concat([content, checksum(content, list)]).toString('base64url');
}

/** @throws {InvalidCursorError} unless `encodeCursor` made exactly this text for this order and this list */
export function decodeCursor(cursor: string, order: SortOrder, list: string): Position {
  const bytes = Buffer.from(cursor, 'base64url');
  const content = bytes.subarray(0, -CHECKSUM_BYTES);
  const isOurs =
    // Decoding is lenient (it skips foreign characters), so the text must also equal its own encoding.
    bytes.toString('base64url') === cursor &&
    content[0] === VERSION &&
    bytes.subarray(-CHECKSUM_BYTES).equals(checksum(content, list));
  if (!isOurs) throw new InvalidCursorError();
  return decodePosition(content.subarray(1), order);
}

/** The checksum has no key: a client that computes it can still encode values that no row of the list can have. */
function decodePosition(content: Buffer, order: SortOrder): Position {
  const position: SortValue[] = [];
  let rest = content;
  for (const column of order) {
    const { value, length } = decodeValue(column, rest);
    position.push(value);
    rest = rest.subarray(length);
  }
  if (rest.length > 0) throw new InvalidCursorError();
  return position;
}

const IS_NULL = 0;
const IS_VALUE = 1;

function encodeValue({ type, nulls }: SortColumn, value: SortValue): Buffer {
  if (nulls === undefined) return KEY_CODECS[type].encode(value as Date | string);
  if (value === null) return Buffer.of(IS_NULL);
  return Buffer.concat([Buffer.of(IS_VALUE), KEY_CODECS[type].encode(value)]);
}

function decodeValue({ type, nulls }: SortColumn, bytes: Buffer): { value: SortValue; length: number } {
  if (nulls === undefined) return KEY_CODECS[type].decode(bytes);
  const tag = bytes[0];
  if (tag === IS_NULL) return { value: null, length: 1 };
  if (tag !== IS_VALUE) throw new InvalidCursorError();
  const { value, length } = KEY_CODECS[type].decode(bytes.subarray(1));
  return { value, length: 1 + length };
}

function checksum(content: Buffer, list: string): Buffer {
  const bytes = Buffer.alloc(CHECKSUM_BYTES);
  bytes.writeUInt32BE(murmur3(`${content.toString('hex')}|${list}`));
  return bytes;
}
