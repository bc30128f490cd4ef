import { type Entry } from '../tiers/entry.ts';
import { assertTags, assertTtl } from '../values/assert-names.ts';

/** Lets a loader decide how its value is cached. */
export class LoadContext<T = unknown> {
  readonly #known: Pick<Entry, 'value' | 'tags'> | undefined;
  readonly #tags = new Set<string>();
  readonly #own: readonly string[];
  #ttlMs: number | undefined;
  #isSkipped = false;
  #isOver = false;

  /**
   * @param own the tags of the call
   * @param known the entry that the load replaces
   */
  constructor(own: readonly string[] = [], known?: Pick<Entry, 'value' | 'tags'>) {
    this.#own = own;
    this.#known = known;
  }

  /**
   * The value that the load replaces, expired or about to expire, if one is kept: for a conditional request (`If-None-Match`). A loader that
   * returns it says that the source has not changed: the entry keeps the tags that it had.
   */
  get stale(): T | undefined {
    return this.#known?.value as T | undefined;
  }

  /** Returns the tags of the entry with this value: those of the call, of the loader, and of an unchanged entry. */
  tagsFor(value: unknown): readonly string[] {
    const earlier = this.#known !== undefined && value === this.#known.value ? this.#known.tags : [];
    return [...new Set([...this.#own, ...earlier, ...this.#tags])];
  }

  get ttlMs(): number | undefined {
    return this.#ttlMs;
  }

  get isSkipped(): boolean {
    return this.#isSkipped;
  }

  /**
   * Adds tags that are known only after the load. If a process invalidates one of them during the load, the tier refuses the value.
   *
   * @throws {RangeError} for an invalid tag, or more than 100 with those of the call
   */
  addTags(tags: readonly string[]): void {
    this.#assertRunning('addTags');
    assertTags([...new Set([...this.#own, ...this.#tags, ...tags])]);
    for (const tag of tags) this.#tags.add(tag);
  }

  /** Replaces `ttlMs` of the call. @throws {RangeError} */
  setTtlMs(ttlMs: number): void {
    this.#assertRunning('setTtlMs');
    assertTtl(ttlMs);
    this.#ttlMs = ttlMs;
  }

  /** Returns the value to the callers without caching it. */
  skip(): void {
    this.#assertRunning('skip');
    this.#isSkipped = true;
  }

  /** Ends the use of the context: what the loader says later would be lost. */
  end(): void {
    this.#isOver = true;
  }

  #assertRunning(call: string): void {
    if (this.#isOver) throw new Error(`${call}: the load has ended; call it before the loader resolves`);
  }
}
