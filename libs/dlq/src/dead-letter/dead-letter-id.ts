import { createHash } from 'node:crypto';

/** Where a message was read, and by which consumer. */
export interface MessageCoordinates {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The broker's timestamp of the message. It distinguishes offsets of a topic that was deleted and created again. */
  readonly timestamp: string;
}

/**
 * Returns the id of the dead letter about a message. It stays the same however often the consumer crashes between publishing
 * the dead letter and committing the offset. The id is a UUID of version 8 (RFC 9562) made from a SHA-256.
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
