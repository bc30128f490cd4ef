/** A consumer neither fetches nor joins any more. */
export class SessionStalledError extends Error {
  readonly code = 'consumer-stalled';
  readonly retryable = true;

  constructor(groupId: string, silentMs: number) {
    super(`${groupId} has neither fetched nor joined for ${silentMs} ms`);
    this.name = 'SessionStalledError';
  }
}
