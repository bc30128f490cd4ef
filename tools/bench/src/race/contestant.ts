/** One way to do a piece of work, timed in slices of many operations. */
export interface Contestant {
  readonly name: string;
  /**
   * Does `operations` pieces of work. Synchronous work returns something made of its results, or the compiler may drop it;
   * a promise is waited for.
   */
  run(operations: number): unknown;
  /** Operations in a slice; without it as many as fill the race's slice. */
  readonly operations?: number;
}
