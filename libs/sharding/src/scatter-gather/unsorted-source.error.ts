/** A source gave its items in another order than the merge was told: what would come out is in no order at all. */
export class UnsortedSourceError extends Error {
  readonly code = 'unsorted-source';
  readonly retryable = false;

  constructor(source: number) {
    super(`source ${source} is not in the order of the merge: does the database compare as the merge does?`);
    this.name = 'UnsortedSourceError';
  }
}
