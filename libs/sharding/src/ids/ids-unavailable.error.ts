/** No unique id can be made now: the generator has no window, or its window has run out. */
export class IdsUnavailableError extends Error {
  readonly code = 'ids-unavailable';
  readonly retryable = true;

  /** @param neededMs Unix milliseconds that a window must reach beyond for the id; 0 if any window is enough */
  constructor(
    detail: string,
    readonly neededMs: number,
  ) {
    super(detail);
    this.name = 'IdsUnavailableError';
  }
}
