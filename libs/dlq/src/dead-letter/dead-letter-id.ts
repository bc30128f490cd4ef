import { createHash } from 'node:crypto';

/** Where a message was read, by whom. */
export interface MessageCoordinates {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The broker's timestamp of the message: a topic that was deleted and made again starts at offset 0 again. */
  readonly timestamp: string;
}

/**
 * The id of the letter about a message: the same however often the consumer dies between publishing the letter and
 * committing the offset. A UUID of version 8 (RFC 9562) made of a SHA-256.
 */
export function deadLetterId(at: MessageCoordinates): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([at.consumer, at.topic, at.partition, at.offset, at.timestamp]))
    .digest();
  digest[6] = (digest.readUInt8(6) & 0x0f) | 0x80;
  digest[8] = (digest.readUInt8(8) & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
