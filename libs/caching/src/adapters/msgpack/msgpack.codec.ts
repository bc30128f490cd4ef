import { Packr } from 'msgpackr';
import { type Codec } from '../../codecs/codec.ts';
import { JSON_CODEC } from '../../codecs/json.codec.ts';

const MARK = 'm'.charCodeAt(0);

/** Plain objects as maps: other languages can read them, and no process depends on a dictionary of another one. */
const packr = new Packr({ useRecords: false, variableMapSize: true });

/**
 * MessagePack: smaller than JSON for numbers and short values. It stores as JSON what MessagePack would change: text with a lone surrogate, and
 * objects with one of the names that JavaScript treats specially.
 */
export const MSGPACK_CODEC: Codec = {
  marks: [MARK, ...JSON_CODEC.marks],
  encode: (value) =>
    isUnchanged(value) ? Buffer.concat([Buffer.of(MARK), packr.pack(value)]) : JSON_CODEC.encode(value),
  decode: (bytes) =>
    bytes[0] === MARK ? (packr.unpack(bytes.subarray(1)) as unknown) : JSON_CODEC.decode(bytes),
};

const SPECIAL = new Set(['__proto__', 'constructor', 'toJSON']);

function isUnchanged(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isUnchanged);
  return Object.entries(value).every(
    ([name, property]) => !SPECIAL.has(name) && name.isWellFormed() && isUnchanged(property),
  );
}
