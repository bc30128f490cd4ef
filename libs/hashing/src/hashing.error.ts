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

/** The request is impossible. A retry fails in the same way, because no result in this library depends on time. */
export class HashingError extends Error {
  readonly code: HashingErrorCode;
  readonly retryable = false;

  constructor(code: HashingErrorCode, message: string) {
    super(message);
    this.name = 'HashingError';
    this.code = code;
  }
}
