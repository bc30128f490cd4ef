/** Processes have died during an event as often as `maxDeaths` allows. */
export class PoisonMessageError extends Error {
  readonly code = 'poison-message';
  readonly retryable = false;

  constructor(deaths: number) {
    super(`processes have died during ${deaths} consecutive attempts of this event`);
    this.name = 'PoisonMessageError';
  }
}
