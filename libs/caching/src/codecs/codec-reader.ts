import { type Codec, NotDecodableError } from './codec.ts';

/** Decodes what one of several codecs has written. */
export class CodecReader {
  readonly #codecs: ReadonlyMap<number | undefined, Codec>;

  constructor(codecs: readonly Codec[]) {
    this.#codecs = new Map(codecs.flatMap((codec) => codec.marks.map((mark) => [mark, codec])));
  }

  /** @throws {NotDecodableError} */
  async decode(bytes: Uint8Array): Promise<unknown> {
    const [mark] = bytes;
    const codec = this.#codecs.get(mark);
    if (codec === undefined) throw new NotDecodableError(mark);
    try {
      return await codec.decode(bytes);
    } catch (cause) {
      throw cause instanceof NotDecodableError ? cause : new NotDecodableError(mark, { cause });
    }
  }
}
