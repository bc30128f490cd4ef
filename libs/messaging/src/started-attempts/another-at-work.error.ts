/** The event at hand is to be begun alone, and another is at work alone: it is not begun. */
export class AnotherAtWorkError extends Error {
  readonly code = 'another-at-work';
  readonly retryable = true;

  /** @param over resolves when the other has ended, however it has */
  constructor(readonly over: Promise<void>) {
    super('another event is at work alone');
    this.name = 'AnotherAtWorkError';
  }
}
