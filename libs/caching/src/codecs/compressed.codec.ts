import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { type Codec } from './codec.ts';
import { CodecReader } from './codec-reader.ts';
import { assertCount } from '../values/assert-count.ts';

export interface CompressionOptions {
  /** Values of fewer bytes are stored as they are. Default 1,024: smaller ones save little. */
  readonly fromBytes?: number;
  /** Larger values are neither stored in L2 nor read. Default 64 MiB. */
  readonly maxBytes?: number;
}

const MARK = 'z'.charCodeAt(0);

/** Compresses the output of another codec with Zstandard (RFC 8878), outside of the event loop, if that makes it smaller. */
export function compressed(codec: Codec, options: CompressionOptions = {}): Codec {
  if (zlib.zstdCompress === undefined) throw new Error('compressed: Zstandard needs Node 22.15 or later');
  const [compress, decompress] = [promisify(zlib.zstdCompress), promisify(zlib.zstdDecompress)];
  const { fromBytes = 1_024, maxBytes = 64 * 1024 * 1024 } = options;
  assertCount('fromBytes', fromBytes);
  assertCount('maxBytes', maxBytes);
  const inner = new CodecReader([codec]);
  return {
    marks: [MARK, ...codec.marks],
    encode: async (value) => {
      const bytes = await codec.encode(value);
      if (bytes.byteLength < fromBytes) return bytes;
      if (bytes.byteLength > maxBytes)
        throw new RangeError(`the value has ${bytes.byteLength} bytes, more than ${maxBytes}`);
      const smaller = await compress(bytes);
      return smaller.byteLength + 1 < bytes.byteLength ? Buffer.concat([Buffer.of(MARK), smaller]) : bytes;
    },
    decode: async (bytes) =>
      bytes[0] === MARK
        ? inner.decode(await decompress(bytes.subarray(1), { maxOutputLength: maxBytes }))
        : inner.decode(bytes),
  };
}
