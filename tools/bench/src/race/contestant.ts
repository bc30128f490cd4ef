/** One way to do a piece of work, timed in slices of many operations. */
export interface Contestant {
  readonly name: string;
  /**
   * Does `operations` pieces of work. Synchronous work returns a value made of its results; otherwise the compiler may
   * remove the work. A promise is awaited. Work that needs a setup times itself and resolves to a `Timed`.
   */
  run(operations: number): unknown;
  /** Operations in a slice; by default as many as fill the race's slice. */
  readonly operations?: number;
}

/** The duration of the work by its own clock, without the setup. */
export interface Timed {
  readonly elapsedMs: number;
}
