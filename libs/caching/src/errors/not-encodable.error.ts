/** A codec could not encode a value. The tier can still be used. */
export class NotEncodableError extends Error {
  readonly code = 'cache-value-not-encodable';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('the codec cannot encode the value', options);
    this.name = 'NotEncodableError';
  }
}
