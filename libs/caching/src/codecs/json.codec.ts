import { type Codec } from './codec.ts';

/** JSON text in UTF-8. */
export const JSON_CODEC: Codec = {
  marks: ['j'.charCodeAt(0)],
  encode: (value) => Buffer.from(`j${JSON.stringify(value)}`),
  decode: (bytes) =>
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.byteLength - 1).toString()) as unknown,
};
