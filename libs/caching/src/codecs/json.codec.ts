import { type Codec } from './codec.ts';

/** JSON text in UTF-8. */
export const JSON_CODEC: Codec = {
  marks: ['j'.charCodeAt(0)],
  encode: (value) => Buffer.from(`j${JSON.stringify(value)}`),
  decode: (bytes) => JSON.parse(bufferOf(bytes).toString('utf8', 1)) as unknown,
};

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
