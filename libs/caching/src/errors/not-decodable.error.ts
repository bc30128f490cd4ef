/** Stored bytes that no codec of this process can read. Its cause is the error of the codec, if one knows the mark. */
export class NotDecodableError extends Error {
  readonly code = 'cache-value-not-decodable';
  readonly retryable = false;

  constructor(mark: number | undefined, options?: ErrorOptions) {
    super(`the stored value, with the mark ${mark}, cannot be decoded`, options);
    this.name = 'NotDecodableError';
  }
}
