import { Packr } from 'msgpackr';
import { type Codec } from '../../codecs/codec.ts';

const MARK = 'm'.charCodeAt(0);

/** Plain objects as maps: other languages can read them, and no process depends on a dictionary of another one. */
const packr = new Packr({ useRecords: false, variableMapSize: true });

/** MessagePack: smaller than JSON for numbers and short values. */
export const MSGPACK_CODEC: Codec = {
  marks: [MARK],
  encode: (value) => Buffer.concat([Buffer.of(MARK), packr.pack(value)]),
  decode: (bytes) => packr.unpack(bytes.subarray(1)) as unknown,
};
