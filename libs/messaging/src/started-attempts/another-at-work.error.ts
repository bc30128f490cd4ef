/** The current event must run alone, and another event is running alone: the current event is not started. */
export class AnotherAtWorkError extends Error {
  readonly code = 'another-at-work';
  readonly retryable = true;

  /** @param over resolves when the other event has ended, with any outcome */
  constructor(readonly over: Promise<void>) {
    super('another event is running alone; this event starts after it');
    this.name = 'AnotherAtWorkError';
  }
}
