import { type OutgoingMessage } from './outgoing-message.ts';

/**
 * The messages of one request to a partition are one record batch, and brokers refuse a batch above the `max.message.bytes` of its
 * topic. Half of their default leaves room for topics that allow less than it.
 */
export const MAX_BATCH_BYTES = 512 * 1_024;

/** What a batch and its only record need besides key, value and headers: at most. */
const RECORD_BYTES = 128;
/** The lengths of a header's name and value. */
const HEADER_BYTES = 10;

/** The bytes of a message on its topic, rounded up. */
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
