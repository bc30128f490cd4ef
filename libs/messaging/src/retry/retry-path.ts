import { type AttemptError, type RetrySchedule, type RetryTrail, retryTrailOf } from '@groundwork/dlq';
import { headersOf } from '../events/header-text.ts';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type OrderedEvent, type ParkedKeys } from './parked-keys.ts';
import { type RetryPublisher } from './retry-publisher.ts';
import { type KeyOrder, type PartitionState } from './retry-routes.ts';

/** What to do with a message now. */
export type Course =
  | { readonly kind: 'handle' }
  /** Another copy of the event is, or was, handled instead of this one. */
  | { readonly kind: 'drop' }
  | { readonly kind: 'wait'; readonly afterMs: number; readonly sooner?: Promise<void> }
  /** The offset may pass the message once `publish` has resolved. */
  | { readonly kind: 'move'; publish(): Promise<void> };

export interface RetryPathOptions {
  readonly schedule: RetrySchedule;
  readonly keyOrder: KeyOrder;
  readonly publisher: RetryPublisher;
  readonly state: PartitionState;
  /** Whether the message was read from a topic on which events wait. */
  readonly waiting: boolean;
}

const HANDLE: Course = { kind: 'handle' };
const DROP: Course = { kind: 'drop' };
/** How long an event waits in memory behind another one before it makes room for later messages of its topic. */
const PATIENCE_MS = 10_000;

/**
 * One message on its way through the retry topics of its group:
 *
 *     events' topic ──▶ handled          (done)
 *        │    └─ failed ──▶ retry topic of the delay ── due, first of its key ──▶ handled, or failed, or dead letter
 *        └─ behind a parked event of its key ──▶ parked ── first of its key ──▶ the same
 *
 * The order of a key is that of the offsets at which its events were first read, and ParkedKeys keeps it. A message may be
 * on the topics more than once (its consumer crashed between publishing it and committing the offset). A copy with fewer
 * attempts than known is stale. For any other copy the inbox knows whether it has had its effect; in doubt, it is kept.
 */
export class RetryPath {
  /** Messages of the same lane are handled one after the other. */
  readonly lane: string;
  readonly trail: RetryTrail;
  /** Undefined for a message whose order does not matter. */
  private readonly event: OrderedEvent | undefined;

  constructor(
    private readonly record: KafkaRecord,
    private readonly options: RetryPathOptions,
    private readonly since: number = Date.now(),
  ) {
    this.trail = (options.waiting ? trailLeftBy(record) : undefined) ?? beginningAt(record);
    this.event = options.keyOrder === 'block-key' ? orderedEventOf(record, this.trail) : undefined;
    // Waiting events are not in order on their topic: in one lane, an event could wait for ever for one behind it.
    this.lane = options.waiting
      ? `${this.trail.origin.topic} ${this.trail.origin.offset}`
      : (record.key?.toString('latin1') ?? `offset ${record.offset}`);
  }

  next(now: number = Date.now()): Course {
    const dueInMs = this.trail.dueAt - now;
    if (this.event === undefined) return dueInMs > 0 ? { kind: 'wait', afterMs: dueInMs } : HANDLE;
    return this.options.waiting ? this.nextOfWaiting(this.event, dueInMs, now) : this.nextOfNew(this.event);
  }

  /** @returns where the event goes after a failure; undefined when it has used all its attempts */
  afterFailure(errors: readonly AttemptError[], now: number = Date.now()): Course | undefined {
    const attempts = this.trail.attempts + 1;
    const delay = this.options.schedule.delayAfter(attempts);
    if (delay === undefined) return undefined;
    if (this.event !== undefined) this.parked.add(this.event, attempts);
    const trail = { ...this.trail, attempts, errors, dueAt: now + delay.ms };
    return { kind: 'move', publish: () => this.options.publisher.toRetry(this.record, trail) };
  }

  /** Ends the path: the event has been handled, or has become a dead letter. */
  finished(): void {
    if (this.event !== undefined) this.parked.finish(this.event);
  }

  /** Ends the path of another consumer's event: events that wait for the origin topic to be read up to it may continue. */
  passedOver(): void {
    if (this.event !== undefined && !this.options.waiting) this.parked.reach(this.event);
  }

  private get parked(): ParkedKeys {
    return this.options.state.parked;
  }

  private nextOfNew(event: OrderedEvent): Course {
    this.parked.reach(event);
    // The event is read again: its copy is on the retry topics, but its offset was not committed.
    if (this.parked.attemptsOf(event) !== undefined) return DROP;
    if (!this.parked.isBlocked(event)) return HANDLE;
    this.parked.add(event, this.trail.attempts);
    return this.moveToParked();
  }

  private nextOfWaiting(event: OrderedEvent, dueInMs: number, now: number): Course {
    // A duplicate of an event that this process has finished: later events of its key may be in progress.
    if (this.parked.hasFinished(event)) return DROP;
    if ((this.parked.attemptsOf(event) ?? 0) > this.trail.attempts) return DROP;
    this.parked.add(event, this.trail.attempts);
    if (dueInMs > 0) return { kind: 'wait', afterMs: dueInMs };
    if (!this.parked.isBlocked(event))
      return this.parked.claim(event, this) ? HANDLE : { kind: 'wait', afterMs: PATIENCE_MS };
    const isInTheWay = this.options.state.isFull() && now - this.since >= PATIENCE_MS;
    if (!isInTheWay) return { kind: 'wait', afterMs: PATIENCE_MS, sooner: this.parked.whenNext(event) };
    this.parked.giveBack(event);
    return this.moveToParked();
  }

  private moveToParked(): Course {
    return {
      kind: 'move',
      publish: () => this.options.publisher.toParked(this.record, { ...this.trail, dueAt: 0 }),
    };
  }
}

/** Returns the ordered event of a message that its group has not read before. */
export function newEventOf(record: KafkaRecord): OrderedEvent | undefined {
  return orderedEventOf(record, beginningAt(record));
}

/** Returns the ordered event of a waiting message. A message without valid retry headers counts as new. */
export function waitingEventOf(record: KafkaRecord): { event: OrderedEvent | undefined; attempts: number } {
  const trail = trailLeftBy(record) ?? beginningAt(record);
  return { event: orderedEventOf(record, trail), attempts: trail.attempts };
}

function trailLeftBy(record: KafkaRecord): RetryTrail | undefined {
  return retryTrailOf(headersOf(record));
}

function beginningAt({ topic, partition, offset, timestamp }: KafkaRecord): RetryTrail {
  return { origin: { topic, partition, offset, timestamp }, attempts: 0, dueAt: 0, errors: [] };
}

/** @returns undefined for a message without a key, which has no order */
function orderedEventOf({ key }: KafkaRecord, { origin }: RetryTrail): OrderedEvent | undefined {
  if (key === null) return undefined;
  const { topic } = origin;
  return { topic, lane: `${topic} ${key.toString('latin1')}`, offset: BigInt(origin.offset) };
}
