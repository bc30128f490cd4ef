import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { type Codec } from './codec.ts';
import { CodecReader } from './codec-reader.ts';

export interface CompressionOptions {
  /** Values of fewer bytes are stored as they are. Default 1,024: smaller ones save little. */
  readonly fromBytes?: number;
  /** A stored value that would be larger is not read. Default 64 MiB. */
  readonly maxBytes?: number;
}

const MARK = 'z'.charCodeAt(0);
const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Compresses the output of another codec with Zstandard (RFC 8878), outside of the event loop, if that makes it smaller. */
export function compressed(codec: Codec, options: CompressionOptions = {}): Codec {
  const { fromBytes = 1_024, maxBytes = 64 * 1024 * 1024 } = options;
  const inner = new CodecReader([codec]);
  return {
    marks: [MARK, ...codec.marks],
    encode: async (value) => {
      const bytes = await codec.encode(value);
      if (bytes.byteLength < fromBytes) return bytes;
      const smaller = await compress(bytes);
      return smaller.byteLength + 1 < bytes.byteLength ? Buffer.concat([Buffer.of(MARK), smaller]) : bytes;
    },
    decode: async (bytes) =>
      bytes[0] === MARK
        ? inner.decode(await decompress(bytes.subarray(1), { maxOutputLength: maxBytes }))
        : inner.decode(bytes),
  };
}
