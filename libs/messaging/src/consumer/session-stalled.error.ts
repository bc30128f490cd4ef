/** A consumer has stopped fetching and joining. */
export class SessionStalledError extends Error {
  readonly code = 'consumer-stalled';
  readonly retryable = true;

  constructor(groupId: string, silentMs: number) {
    super(
      `the consumer of ${groupId} has not fetched or joined for ${silentMs} ms; a new session replaces it`,
    );
    this.name = 'SessionStalledError';
  }
}
