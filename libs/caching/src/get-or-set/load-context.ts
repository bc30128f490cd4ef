import { assertTags, assertTtl } from '../values/assert-names.ts';

/** Lets a loader decide how its value is cached. */
export class LoadContext<T = unknown> {
  /**
   * The expired value, if one is kept: for a conditional request (`If-None-Match`). A loader that returns it says that the source has
   * not changed.
   */
  readonly stale: T | undefined;
  readonly #tags: string[] = [];
  #ttlMs: number | undefined;
  #isSkipped = false;

  constructor(stale?: T) {
    this.stale = stale;
  }

  /** The tags that the loader has added. */
  get tags(): readonly string[] {
    return this.#tags;
  }

  get ttlMs(): number | undefined {
    return this.#ttlMs;
  }

  get isSkipped(): boolean {
    return this.#isSkipped;
  }

  /** Adds tags that are known only after the load. An invalidation of one of them during the load counts. @throws {RangeError} */
  addTags(tags: readonly string[]): void {
    assertTags([...this.#tags, ...tags]);
    this.#tags.push(...tags);
  }

  /** Replaces `ttlMs` of the call. @throws {RangeError} */
  setTtlMs(ttlMs: number): void {
    assertTtl(ttlMs);
    this.#ttlMs = ttlMs;
  }

  /** Returns the value to the callers without caching it. */
  skip(): void {
    this.#isSkipped = true;
  }
}
