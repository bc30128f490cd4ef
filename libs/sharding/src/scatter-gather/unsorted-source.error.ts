/** A source returned its items in another order than the merge expects, so the merged order would be wrong. */
export class UnsortedSourceError extends Error {
  readonly code = 'unsorted-source';
  readonly retryable = false;

  constructor(source: number) {
    super(`source ${source} is not in the order of the merge: does the database compare as the merge does?`);
    this.name = 'UnsortedSourceError';
  }
}
