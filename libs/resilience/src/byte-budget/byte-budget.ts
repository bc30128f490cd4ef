/**
 * Limits the bytes that are held in memory at one time, in total and per key. A key is the address of a client: a single
 * client cannot use up the bytes that other clients need. Keys without reserved bytes take no memory.
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

  /** Reserves all of the bytes or none. The caller returns each successful reservation once, with `release`. */
  reserve(key: string, bytes: number): boolean {
    if (this.#heldBytes + bytes > this.#totalBytes || this.exceedsShare(key, bytes)) return false;
    const held = (this.#heldByKey.get(key) ?? 0) + bytes;
    this.#heldBytes += bytes;
    if (held > 0) this.#heldByKey.set(key, held);
    return true;
  }

  /** Returns whether these bytes exceed the share of this key, independent of the total. */
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
