import { deepFreeze } from '../values/freeze-json.ts';
import { NotDecodableError } from '../errors/not-decodable.error.ts';
import { type Codec } from './codec.ts';

/** Decodes what one of several codecs has written. */
export class CodecReader {
  readonly #codecs: ReadonlyMap<number | undefined, Codec>;

  /** @throws {RangeError} for marks that are not bytes */
  constructor(codecs: readonly Codec[]) {
    for (const mark of codecs.flatMap(({ marks }) => marks))
      if (!Number.isInteger(mark) || mark < 0 || mark > 255)
        throw new RangeError(`marks: expected bytes from 0 to 255, got ${mark}`);
    this.#codecs = new Map(codecs.flatMap((codec) => codec.marks.map((mark) => [mark, codec])));
  }

  /** Returns the value, deeply frozen, as a promise if its codec returns one. @throws {NotDecodableError} or rejects with it */
  decode(bytes: Uint8Array): unknown {
    const mark = bytes[0];
    const codec = this.#codecs.get(mark);
    if (codec === undefined) throw new NotDecodableError(mark);
    try {
      const value = codec.decode(bytes);
      if (!(value instanceof Promise)) return deepFreeze(value);
      return value.then(deepFreeze).catch((cause: unknown) => {
        throw notDecodable(mark, cause);
      });
    } catch (cause) {
      throw notDecodable(mark, cause);
    }
  }
}

function notDecodable(mark: number | undefined, cause: unknown): NotDecodableError {
  return cause instanceof NotDecodableError ? cause : new NotDecodableError(mark, { cause });
}
