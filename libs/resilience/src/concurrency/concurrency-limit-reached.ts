/** The call was not started: as many calls as the limit allows are in flight. */
export class ConcurrencyLimitReached extends Error {
  readonly code = 'concurrency-limit-reached';
  readonly retryable = true;

  constructor(limit: number) {
    super(`${limit} calls are in flight, which is the limit now`);
    this.name = 'ConcurrencyLimitReached';
  }
}
