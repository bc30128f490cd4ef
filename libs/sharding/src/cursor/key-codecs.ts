import { InvalidCursorError } from './invalid-cursor.error.ts';
import { type SortType } from './sort-order.ts';

/** The last time that a JavaScript date can represent. */
const LAST_MS = 8_640_000_000_000_000n;

interface KeyCodec {
  encode(value: Date | string): Buffer;
  /**
   * Reads one value from the start of the bytes.
   * @throws {InvalidCursorError} for cut-off bytes and values no row can hold
   */
  decode(bytes: Buffer): { readonly value: Date | string; readonly length: number };
}

const bigint: KeyCodec = {
  encode: (value) => int64(BigInt(value as string)),
  decode: (bytes) => ({ value: readInt64(bytes).toString(), length: 8 }),
};

/** Encodings of the values of a cursor. The checksum that protects them has no key, so any client may have made them. */
export const KEY_CODECS: Readonly<Record<SortType, KeyCodec>> = {
  bigint,
  id: {
    encode: bigint.encode,
    decode: (bytes) => {
      const decoded = bigint.decode(bytes);
      if (BigInt(decoded.value as string) <= 0n) throw new InvalidCursorError();
      return decoded;
    },
  },
  timestamp: {
    encode: (value) => int64(BigInt((value as Date).getTime())),
    decode: (bytes) => {
      const atMs = readInt64(bytes);
      if (atMs < 0n || atMs > LAST_MS) throw new InvalidCursorError();
      return { value: new Date(Number(atMs)), length: 8 };
    },
  },
  text: {
    encode: (value) => {
      const bytes = Buffer.from(value as string);
      return Buffer.concat([uint16(bytes.length), bytes]);
    },
    decode: (bytes) => {
      if (bytes.length < 2) throw new InvalidCursorError();
      const length = 2 + bytes.readUInt16BE(0);
      const encoded = bytes.subarray(2, length);
      const value = encoded.toString();
      // A row holds neither a NUL nor text that is not UTF-8.
      const isText = bytes.length >= length && Buffer.from(value).equals(encoded) && !value.includes('\0');
      if (!isText) throw new InvalidCursorError();
      return { value, length };
    },
  },
};

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

function readInt64(bytes: Buffer): bigint {
  if (bytes.length < 8) throw new InvalidCursorError();
  return bytes.readBigInt64BE(0);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
