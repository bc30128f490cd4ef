import { type KafkaMessage } from 'kafkajs';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type PartitionClaim } from '../fence/partition-fence.ts';
import { type TopicPartition } from './topic-partition.ts';

type Header = NonNullable<KafkaMessage['headers']>[string];

/** Measured memory of a waiting message in addition to its content: its objects, those of its headers, and its delivery. */
const OBJECTS_BYTES = 2_048;

/** Returns the bytes of memory that a message takes while it waits. */
export function heldBytesOf(message: KafkaMessage): number {
  let bytes = OBJECTS_BYTES + contentBytesOf(message);
  for (const name in message.headers) bytes += name.length;
  return bytes;
}

/**
 * Copies the contents of a message in place, so that every reference to the message sees the copy. kafkajs passes slices of
 * the fetched response, which has up to 10 MiB: one small waiting message would keep the whole response in memory.
 */
export function copyOutOfResponse(message: KafkaMessage): void {
  // One allocation for all parts, outside Node's pool: a small message would keep 8 KiB of the pool in memory.
  const memory = Buffer.allocUnsafeSlow(contentBytesOf(message));
  let used = 0;
  const copyOf = <T extends Buffer | string | null>(content: T): T | Buffer => {
    if (!Buffer.isBuffer(content)) return content;
    const from = used;
    used += content.copy(memory, from);
    return memory.subarray(from, used);
  };
  const copyOfHeader = (header: Header): Header => {
    if (header === undefined) return undefined;
    return Array.isArray(header) ? header.map(copyOf) : copyOf(header);
  };
  message.key = copyOf(message.key);
  message.value = copyOf(message.value);
  for (const name in message.headers) message.headers[name] = copyOfHeader(message.headers[name]);
}

/** A message as a record of its partition. It refers only to the message, so it keeps no other memory. */
export class FetchedRecord implements KafkaRecord {
  constructor(
    private readonly message: KafkaMessage,
    private readonly of: TopicPartition,
    readonly claim: PartitionClaim | undefined,
  ) {}

  get topic(): string {
    return this.of.topic;
  }

  get partition(): number {
    return this.of.partition;
  }

  get offset(): string {
    return this.message.offset;
  }

  get timestamp(): string {
    return this.message.timestamp;
  }

  get key(): Buffer | null {
    return this.message.key;
  }

  get value(): Buffer | null {
    return this.message.value;
  }

  get headers(): KafkaRecord['headers'] {
    return this.message.headers ?? {};
  }
}

function contentBytesOf({ key, value, headers }: KafkaMessage): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) {
    const header = headers[name];
    for (const content of Array.isArray(header) ? header : [header]) bytes += content?.length ?? 0;
  }
  return bytes;
}
