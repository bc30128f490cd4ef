/** One way to do a piece of work, timed in slices of many operations. */
export interface Contestant {
  readonly name: string;
  /**
   * Does `operations` pieces of work. Synchronous work returns something made of its results, or the compiler may drop it;
   * a promise is waited for. Work that has to be set up first times itself and resolves to a `Timed`.
   */
  run(operations: number): unknown;
  /** Operations in a slice; without it as many as fill the race's slice. */
  readonly operations?: number;
}

/** What work took by its own clock, without what it needed to begin. */
export interface Timed {
  readonly elapsedMs: number;
}
