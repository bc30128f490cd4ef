import { type OutgoingMessage } from './outgoing-message.ts';

/**
 * The messages of one request to a partition are one record batch, and brokers reject a batch above the `max.message.bytes`
 * of its topic. Half of the default leaves room for topics with a lower limit.
 */
export const MAX_BATCH_BYTES = 512 * 1_024;

/** The most that a batch and its only record need in addition to key, value and headers. */
const RECORD_BYTES = 128;
/** The lengths of a header's name and value. */
const HEADER_BYTES = 10;

/** Returns the bytes of a message on its topic, rounded up. */
export function bytesOf({ key, value, headers }: Pick<OutgoingMessage, 'key' | 'value' | 'headers'>): number {
  return Object.entries(headers).reduce(
    (sum, [name, header]) =>
      [header ?? ''].flat().reduce((of, one) => of + HEADER_BYTES + lengthOf(name) + lengthOf(one), sum),
    RECORD_BYTES + lengthOf(key) + lengthOf(value),
  );
}

function lengthOf(text: string | Buffer | null): number {
  return text === null ? 0 : Buffer.byteLength(text);
}
