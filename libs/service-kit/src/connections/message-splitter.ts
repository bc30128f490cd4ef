const EMPTY_LINE = Buffer.from('\r\n\r\n');

/**
 * Cuts the bytes of an HTTP/1 connection into pieces that each belong to one message. A head and a chunked body end with an
 * empty line; a body of a declared length is counted. A piece may also end inside a chunked body, at an empty line in its
 * data.
 */
export class MessageSplitter {
  /** The end of the last piece, at most three bytes of it: an empty line may be split over two packets. */
  #tail = '';
  #bodyBytesLeft = 0;

  /** Sets the length of the body that the last head declares. */
  bodyFollows(bytes: number): void {
    this.#bodyBytesLeft = bytes;
  }

  /** Returns the length of the next piece, at the start of `chunk`: at least 1 unless the chunk is empty. */
  nextPiece(chunk: Buffer): number {
    if (this.#bodyBytesLeft > 0) {
      const length = Math.min(this.#bodyBytesLeft, chunk.length);
      this.#bodyBytesLeft -= length;
      return length;
    }
    const end = this.#endOfEmptyLine(chunk);
    this.#tail =
      end === undefined
        ? (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - 3))).slice(-3)
        : '';
    return end ?? chunk.length;
  }

  #endOfEmptyLine(chunk: Buffer): number | undefined {
    if (this.#tail !== '') {
      const at = (this.#tail + chunk.toString('latin1', 0, 3)).indexOf('\r\n\r\n');
      if (at !== -1) return at + EMPTY_LINE.length - this.#tail.length;
    }
    const at = chunk.indexOf(EMPTY_LINE);
    return at === -1 ? undefined : at + EMPTY_LINE.length;
  }
}
