import { type RetryTopics } from '@groundwork/contracts';
import { type RetrySchedule } from '@groundwork/dlq';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type ParkedKeys } from './parked-keys.ts';
import { newEventOf, RetryPath, waitingEventOf } from './retry-path.ts';
import { type RetryPublisher } from './retry-publisher.ts';

/**
 * What becomes of the later events of a key when one has failed:
 * - `block-key`: they wait until it is handled or given up; the order of a key is kept.
 * - `skip-key`: they go on, and it comes late.
 */
export type KeyOrder = 'block-key' | 'skip-key';

export interface RetryRoutesOptions {
  readonly schedule: RetrySchedule;
  readonly topics: RetryTopics;
  readonly keyOrder: KeyOrder;
  readonly publisher: RetryPublisher;
}

/** What a message's partition knows. */
export interface PartitionState {
  /** The parked keys of its partition number, over all topics of the group. */
  readonly parked: ParkedKeys;
  /** It fetches no more, because too much is waiting. */
  isFull(): boolean;
}

/** The ways of a group's failed events over its retry topics. */
export class RetryRoutes {
  /** Topics whose messages have been read by this group before. */
  private readonly waiting: ReadonlySet<string>;
  private readonly own: ReadonlySet<string>;

  constructor(private readonly options: RetryRoutesOptions) {
    const { retries, parked } = options.topics;
    this.waiting = new Set([...retries, parked].map(({ name }) => name));
    this.own = new Set(this.topics);
  }

  /** What the group consumes besides its events' own topics. */
  get topics(): string[] {
    const { retries, parked, redrive } = this.options.topics;
    return [...retries, parked, redrive].map(({ name }) => name);
  }

  /** Whether the topic is this group's alone: what lies there is for no other consumer. */
  isOwn(topic: string): boolean {
    return this.own.has(topic);
  }

  /** Whether what waits on the topic must be known before any event of its partition number is handled. */
  mustBeKnown(topic: string): boolean {
    return this.options.keyOrder === 'block-key' && this.waiting.has(topic);
  }

  /** Notes an event that waits, before it is its turn. */
  note(record: KafkaRecord, parked: ParkedKeys): void {
    const { event, attempts } = waitingEventOf(record);
    if (event !== undefined) parked.note(event, attempts);
  }

  /** Whether a message of the events' own topics goes on at once: neither it nor an earlier one of its key waits. */
  isFree(record: KafkaRecord, parked: ParkedKeys): boolean {
    if (parked.isEmpty) return true;
    const event = newEventOf(record);
    return event === undefined || (!parked.isBlocked(event) && parked.attemptsOf(event) === undefined);
  }

  /** Whether what comes from the topic may be handled in batches: events that wait have each a time of their own. */
  allowsBatches(topic: string): boolean {
    return !this.waiting.has(topic);
  }

  pathOf(record: KafkaRecord, state: PartitionState, now?: number): RetryPath {
    return new RetryPath(record, { ...this.options, state, waiting: this.waiting.has(record.topic) }, now);
  }
}
