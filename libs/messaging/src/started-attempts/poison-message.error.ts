/** An event that no process has survived, so often as it may be tried. */
export class PoisonMessageError extends Error {
  readonly code = 'poison-message';
  readonly retryable = false;

  constructor(deaths: number) {
    super(`processes have ended during ${deaths} attempts of this event, one after the other`);
    this.name = 'PoisonMessageError';
  }
}
