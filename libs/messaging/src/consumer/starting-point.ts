/** Where reading of a partition starts. */
export interface StartingPoint {
  /** The group's committed offset; undefined when it has none. */
  readonly committed: bigint | undefined;
  /** The offset to start at: the committed one, or an end of the partition where there is none (see `resumePointOf`). */
  readonly from: bigint | undefined;
  /** The metadata that was committed with the offset. */
  readonly metadata: string | undefined;
  /** The first offset that is still kept, and the next one to be written; undefined when the ends were not requested. */
  readonly ends: { readonly low: bigint; readonly high: bigint } | undefined;
}
