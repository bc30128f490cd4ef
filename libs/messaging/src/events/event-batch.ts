import { type EventType } from '@groundwork/contracts';
import { type PartitionClaim } from '../fence/partition-fence.ts';
import { type Attempt } from '../consumer/running-attempts.ts';
import { decodeEvent } from './cloud-event.codec.ts';
import { type IncomingEvent } from './incoming-event.ts';
import { type KafkaRecord } from './kafka-record.ts';

/**
 * Events of one type and one partition, in order, for a batch handler: `@EventPattern(type, transport, { batch: 500 })`. The
 * handler receives a failed batch again event by event, each in a batch of its own.
 */
export class EventBatch<Data> {
  private decoded: readonly IncomingEvent<Data>[] | undefined;

  constructor(
    private readonly type: EventType<Data>,
    private readonly records: readonly (() => KafkaRecord)[],
    readonly claim: PartitionClaim | undefined,
    /** The first unhandled offset of the partition once this batch is handled; undefined while it is not known. */
    readonly nextOffset: bigint | undefined,
    private readonly attempt?: Attempt,
  ) {}

  /** Aborted when the handler exceeds its time limit (`handlerTimeoutMs`). Pass it to every call that may hang. */
  get signal(): AbortSignal {
    return this.attempt?.signal ?? new AbortController().signal;
  }

  get size(): number {
    return this.records.length;
  }

  /** Decoded on first use. @throws {UndecodableError} for the first message that is not an event of the type */
  get events(): readonly IncomingEvent<Data>[] {
    this.decoded ??= this.records.map((record) => decodeEvent(record(), this.type, this.attempt));
    return this.decoded;
  }
}
