/**
 * Turns plain JSON data into bytes for a shared tier, and back. Both may be asynchronous. When no codec of a process can decode an entry,
 * the tier removes it, and it is a miss.
 */
export interface Codec {
  /** The first bytes that its output may have. Processes with different codecs may share a tier, for example during a deployment. */
  readonly marks: readonly number[];
  encode(value: unknown): Uint8Array | Promise<Uint8Array>;
  decode(bytes: Uint8Array): unknown;
}

/** Stored bytes that no codec of this process can read. Its cause is the error of the codec, if one knows the mark. */
export class NotDecodableError extends Error {
  readonly code = 'cache-value-not-decodable';
  readonly retryable = false;

  constructor(mark: number | undefined, options?: ErrorOptions) {
    super(`the stored value, with the mark ${mark}, cannot be decoded`, options);
    this.name = 'NotDecodableError';
  }
}

/** A codec could not encode a value. The tier can still be used. */
export class NotEncodableError extends Error {
  readonly code = 'cache-value-not-encodable';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('the codec cannot encode the value', options);
    this.name = 'NotEncodableError';
  }
}
