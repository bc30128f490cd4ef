interface OfKey {
  /** The lowest number that is not finished. */
  next: number;
  /** Numbers that finished before their turn. */
  readonly early: Set<number>;
}

/**
 * Records the events of each key, whose numbers increase by one from 0. An event may be attempted only when all earlier ones
 * of its key are finished: handled, or given up on.
 */
export class KeyLog {
  readonly #keys = new Map<string, OfKey>();
  #finished = 0;
  #inversions = 0;
  #again = 0;
  #example: string | undefined;

  /** Different events that are finished. */
  get finishedCount(): number {
    return this.#finished;
  }

  /** Attempts of events before an earlier one of their key was finished. */
  get inversions(): number {
    return this.#inversions;
  }

  /** How often a finished event was attempted again. */
  get again(): number {
    return this.#again;
  }

  /** An example of an inversion. */
  get example(): string | undefined {
    return this.#example;
  }

  /** Returns the lowest number of the key that is not finished. */
  nextOf(key: string): number {
    return this.#keys.get(key)?.next ?? 0;
  }

  tried(key: string, number: number): void {
    const { next, early } = this.#of(key);
    if (number < next || early.has(number)) this.#again += 1;
    if (number <= next) return;
    this.#inversions += 1;
    this.#example ??= `${key}: ${number} before ${next}`;
  }

  finished(key: string, number: number): void {
    const of = this.#of(key);
    if (number < of.next || of.early.has(number)) return;
    this.#finished += 1;
    of.early.add(number);
    while (of.early.delete(of.next)) of.next += 1;
  }

  #of(key: string): OfKey {
    const of = this.#keys.get(key) ?? { next: 0, early: new Set() };
    this.#keys.set(key, of);
    return of;
  }
}
