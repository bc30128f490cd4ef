/** No id can be made now without the risk of making it twice: there is no window, or it has run out. */
export class IdsUnavailableError extends Error {
  readonly code = 'ids-unavailable';
  readonly retryable = true;

  /** @param neededMs what a window must reach beyond for the id, Unix milliseconds; 0 when any window will do */
  constructor(
    detail: string,
    readonly neededMs: number,
  ) {
    super(detail);
    this.name = 'IdsUnavailableError';
  }
}
