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
