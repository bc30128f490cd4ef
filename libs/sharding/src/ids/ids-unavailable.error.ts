/** No id can be made now without the risk of making it twice: there is no window, or it has run out. */
export class IdsUnavailableError extends Error {
  readonly code = 'ids-unavailable';
  readonly retryable = true;

  constructor(detail: string) {
    super(detail);
    this.name = 'IdsUnavailableError';
  }
}
