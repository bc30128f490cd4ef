/**
 * Bytes that may be held in memory at one time, over all that hold some. One key, a client's address, gets a share at most, so that
 * a single client cannot use up what the others need. Keys that hold nothing take no memory.
 */
export class ByteBudget {
  readonly #totalBytes: number;
  readonly #bytesPerKey: number;
  readonly #heldByKey = new Map<string, number>();
  #heldBytes = 0;

  constructor({
    totalBytes,
    bytesPerKey = totalBytes,
  }: {
    readonly totalBytes: number;
    readonly bytesPerKey?: number;
  }) {
    this.#totalBytes = totalBytes;
    this.#bytesPerKey = bytesPerKey;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Reserves bytes, all of them or none. Each reservation that succeeds is given back once, with `release`. */
  reserve(key: string, bytes: number): boolean {
    if (this.#heldBytes + bytes > this.#totalBytes || this.exceedsShare(key, bytes)) return false;
    const held = (this.#heldByKey.get(key) ?? 0) + bytes;
    this.#heldBytes += bytes;
    if (held > 0) this.#heldByKey.set(key, held);
    return true;
  }

  /** Whether these bytes are too many for this key, however much room there is. */
  exceedsShare(key: string, bytes: number): boolean {
    return (this.#heldByKey.get(key) ?? 0) + bytes > this.#bytesPerKey;
  }

  release(key: string, bytes: number): void {
    const held = (this.#heldByKey.get(key) ?? 0) - bytes;
    this.#heldBytes -= bytes;
    if (held > 0) this.#heldByKey.set(key, held);
    else this.#heldByKey.delete(key);
  }
}
