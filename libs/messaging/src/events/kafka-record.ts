import { type PartitionClaim } from '../fence/partition-fence.ts';

/** A message as it is read from a topic. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** When the broker received the message: milliseconds since 1970, as text. */
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** The claim of the partition, where the consumer fences its effects. */
  readonly claim?: PartitionClaim | undefined;
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}
