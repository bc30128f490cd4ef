/** A partition has pending events and makes no progress, or one of its handlers hangs. Only a restart resolves it. */
export class NoProgressError extends Error {
  readonly code = 'no-progress';
  readonly retryable = true;

  constructor(
    readonly partition: string,
    what: string,
    silentMs: number,
  ) {
    super(`${partition} ${what} for ${Math.round(silentMs / 1_000)} s`);
    this.name = 'NoProgressError';
  }
}
