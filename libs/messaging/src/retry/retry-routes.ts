import { type RetryTopics } from '@groundwork/contracts';
import { type RetrySchedule } from '@groundwork/dlq';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type ParkedKeys } from './parked-keys.ts';
import { newEventOf, RetryPath, waitingEventOf } from './retry-path.ts';
import { type RetryPublisher } from './retry-publisher.ts';

/**
 * What happens to the later events of a key when an event has failed:
 * - `block-key`: they wait until it is handled or given up, so the order of the key is kept.
 * - `skip-key`: they continue, and the failed event is handled late.
 */
export type KeyOrder = 'block-key' | 'skip-key';

export interface RetryRoutesOptions {
  readonly schedule: RetrySchedule;
  readonly topics: RetryTopics;
  readonly keyOrder: KeyOrder;
  readonly publisher: RetryPublisher;
}

/** The state of a message's partition. */
export interface PartitionState {
  /** The parked keys of its partition number, over all topics of the group. */
  readonly parked: ParkedKeys;
  /** Returns whether fetching has stopped because too many messages wait. */
  isFull(): boolean;
}

/** Routes the failed events of a group through its retry topics. */
export class RetryRoutes {
  /** Topics whose messages this group has read before. */
  private readonly waiting: ReadonlySet<string>;
  private readonly own: ReadonlySet<string>;

  constructor(private readonly options: RetryRoutesOptions) {
    const { retries, parked } = options.topics;
    this.waiting = new Set([...retries, parked].map(({ name }) => name));
    this.own = new Set(this.topics);
  }

  /** The topics that the group consumes in addition to the topics of its events. */
  get topics(): string[] {
    const { retries, parked, redrive } = this.options.topics;
    return [...retries, parked, redrive].map(({ name }) => name);
  }

  /** Returns whether the topic belongs to this group only, so that its messages are for no other consumer. */
  isOwn(topic: string): boolean {
    return this.own.has(topic);
  }

  /** Returns whether the messages of the topic must be known before any event of the same partition number is handled. */
  mustBeKnown(topic: string): boolean {
    return this.options.keyOrder === 'block-key' && this.waiting.has(topic);
  }

  /** Registers a waiting event before its turn. */
  note(record: KafkaRecord, parked: ParkedKeys): void {
    const { event, attempts } = waitingEventOf(record);
    if (event !== undefined) parked.note(event, attempts);
  }

  /** Whether a message of the events' topics may be handled at once: neither it nor an earlier one of its key waits. */
  isFree(record: KafkaRecord, parked: ParkedKeys): boolean {
    if (parked.isEmpty) return true;
    const event = newEventOf(record);
    return event === undefined || (!parked.isBlocked(event) && parked.attemptsOf(event) === undefined);
  }

  /** Returns whether the topic's messages may be handled in batches. Waiting events are due one by one, so they may not. */
  allowsBatches(topic: string): boolean {
    return !this.waiting.has(topic);
  }

  pathOf(record: KafkaRecord, state: PartitionState, now?: number): RetryPath {
    return new RetryPath(record, { ...this.options, state, waiting: this.waiting.has(record.topic) }, now);
  }
}
