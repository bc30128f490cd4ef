import { murmur3 } from '@groundwork/hashing';
import { InvalidCursorError } from './invalid-cursor.error.ts';

/** Where a page ended, newest first: the next one begins after this time and, among equal times, after this id. */
export interface KeysetPosition {
  readonly atMs: number;
  /** A decimal string of at most 63 bits. */
  readonly id: string;
}

const VERSION = 1;
const BYTES = 1 + 8 + 8 + 4;
/** The last time that a JavaScript date can name. */
const LAST_MS = 8_640_000_000_000_000n;

/**
 * A position as an opaque text of 28 characters (base64url): version, time, id, and a checksum over these and the
 * `list` it belongs to (e.g. the customer's id).
 *
 * A checksum and not an HMAC, because a cursor is no permission: the query names the list by itself, so a forged cursor
 * could only skip to another place of a list its forger may read anyway. What matters is that a cursor of another list,
 * a damaged or an invented one is refused instead of giving a wrong page, and that needs no secret to share and rotate.
 */
export function encodeCursor({ atMs, id }: KeysetPosition, list: string): string {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeBigInt64BE(BigInt(atMs), 1);
  bytes.writeBigInt64BE(BigInt(id), 9);
  bytes.writeUInt32BE(checksum(bytes, list), 17);
  return bytes.toString('base64url');
}

/** @throws {InvalidCursorError} unless `encodeCursor` made exactly this text for this list */
export function decodeCursor(cursor: string, list: string): KeysetPosition {
  const bytes = Buffer.from(cursor, 'base64url');
  const isOurs =
    bytes.length === BYTES &&
    // Decoding is lenient (it skips foreign characters), so the text must also be the one that encoding gives.
    bytes.toString('base64url') === cursor &&
    bytes.readUInt8(0) === VERSION &&
    bytes.readUInt32BE(17) === checksum(bytes, list);
  if (!isOurs) throw new InvalidCursorError();
  const [atMs, id] = [bytes.readBigInt64BE(1), bytes.readBigInt64BE(9)];
  // The checksum has no key: whoever computes it may still name a time or an id that no row can have.
  if (atMs < 0n || atMs > LAST_MS || id <= 0n) throw new InvalidCursorError();
  return { atMs: Number(atMs), id: id.toString() };
}

function checksum(bytes: Buffer, list: string): number {
  return murmur3(`${bytes.toString('hex', 0, 17)}|${list}`);
}
