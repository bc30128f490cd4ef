import { type KafkaMessage } from 'kafkajs';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type PartitionClaim } from '../fence/partition-fence.ts';
import { type TopicPartition } from './topic-partition.ts';

type Header = NonNullable<KafkaMessage['headers']>[string];

/** What a waiting message takes besides its bytes, measured: its objects, those of its headers, its delivery. */
const OBJECTS_BYTES = 2_048;

/** What a message takes while it waits. */
export function heldBytesOf(message: KafkaMessage): number {
  let bytes = OBJECTS_BYTES + contentBytesOf(message);
  for (const name in message.headers) bytes += name.length;
  return bytes;
}

/**
 * Copies what the message consists of. kafkajs hands out slices of the response that it has fetched, of up to 10 MiB, and one
 * small message that waits would keep all of it. In place: whatever refers to the message has the copy.
 */
export function copyOutOfResponse(message: KafkaMessage): void {
  // One piece of memory for all, and none of Node's pool, of which a small message could keep 8 KiB.
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

/** A message as a record of its partition. It refers to the message, so it keeps nothing else. */
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
