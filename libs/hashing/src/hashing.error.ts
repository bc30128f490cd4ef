export type HashingErrorCode =
  | 'empty-map'
  | 'bad-node'
  | 'duplicate-node'
  | 'unknown-node'
  | 'too-many-nodes'
  | 'bad-weight'
  | 'bad-count'
  | 'bad-option'
  | 'nothing-to-release';

/** What was asked cannot be done, and will not be possible by asking again: nothing here depends on time. */
export class HashingError extends Error {
  readonly code: HashingErrorCode;
  readonly retryable = false;

  constructor(code: HashingErrorCode, message: string) {
    super(message);
    this.name = 'HashingError';
    this.code = code;
  }
}
