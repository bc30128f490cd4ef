/** Where the reading of a partition begins. */
export interface StartingPoint {
  /** The group's committed offset; undefined when it has none. */
  readonly committed: bigint | undefined;
  /** Where to begin: there; at an end where there is none (see `resumePointOf`). */
  readonly from: bigint | undefined;
  /** What was committed with it. */
  readonly metadata: string | undefined;
  /** The first offset that is still kept, and the next one to be written; undefined where nobody asked. */
  readonly ends: { readonly low: bigint; readonly high: bigint } | undefined;
}
