const EMPTY_LINE = Buffer.from('\r\n\r\n');

/**
 * Cuts the bytes of an HTTP/1 connection so that no piece reaches beyond the end of a message. A head ends with an empty line, and
 * so does a body in chunks; a body of a declared length is counted. A piece may also end earlier: where a body holds an empty line.
 */
export class MessageSplitter {
  /** The end of the last piece, at most three bytes of it: an empty line may be split over two packets. */
  #tail = '';
  #bodyBytesLeft = 0;

  /** Announces that the head which was just cut off declares so many bytes of body. */
  bodyFollows(bytes: number): void {
    this.#bodyBytesLeft = bytes;
  }

  /** The length of the next piece, at the start of `chunk`; at least 1 unless the chunk is empty. */
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
