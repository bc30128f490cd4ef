import { type EventType } from '@groundwork/contracts';
import { type PartitionClaim } from '../fence/partition-fence.ts';
import { type Attempt } from '../consumer/running-attempts.ts';
import { decodeEvent } from './cloud-event.codec.ts';
import { type IncomingEvent } from './incoming-event.ts';
import { type KafkaRecord } from './kafka-record.ts';

/**
 * Events of one type and one partition, in their order, for a handler that takes many at once: `@EventPattern(type, transport,
 * { batch: 500 })`. One that fails is given to the handler again event by event, each in a batch of its own.
 */
export class EventBatch<Data> {
  private decoded: readonly IncomingEvent<Data>[] | undefined;

  constructor(
    private readonly type: EventType<Data>,
    private readonly records: readonly (() => KafkaRecord)[],
    readonly claim: PartitionClaim | undefined,
    /** The first offset of the partition that is not handled once this batch is; undefined while that is not known. */
    readonly nextOffset: bigint | undefined,
    private readonly attempt?: Attempt,
  ) {}

  /** Aborted when the handler has not come back in time (`handlerTimeoutMs`): hand it to whatever may hang. */
  get signal(): AbortSignal {
    return this.attempt?.signal ?? new AbortController().signal;
  }

  get size(): number {
    return this.records.length;
  }

  /** Decoded when they are first asked for. @throws {UndecodableError} for the first that is no event of the type */
  get events(): readonly IncomingEvent<Data>[] {
    this.decoded ??= this.records.map((record) => decodeEvent(record(), this.type, this.attempt));
    return this.decoded;
  }
}
