/** A partition has work and does none. */
export class NoProgressError extends Error {
  readonly code = 'no-progress';
  readonly retryable = true;

  constructor(
    readonly partition: string,
    readonly pending: number,
    silentMs: number,
  ) {
    super(
      `${partition} has ${pending} events waiting and none has come back for ${Math.round(silentMs / 1_000)} s`,
    );
    this.name = 'NoProgressError';
  }
}
