import { type AttemptError, type RetrySchedule, type RetryTrail, retryTrailOf } from '@groundwork/dlq';
import { headersOf } from '../events/header-text.ts';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type OrderedEvent, type ParkedKeys } from './parked-keys.ts';
import { type RetryPublisher } from './retry-publisher.ts';
import { type KeyOrder, type PartitionState } from './retry-routes.ts';

/** What is to be done with a message now. */
export type Course =
  | { readonly kind: 'handle' }
  /** Another copy of the event is, or has been, on its way instead of this one. */
  | { readonly kind: 'drop' }
  | { readonly kind: 'wait'; readonly afterMs: number; readonly sooner?: Promise<void> }
  /** The offset may pass when this has resolved. */
  | { readonly kind: 'move'; publish(): Promise<void> };

export interface RetryPathOptions {
  readonly schedule: RetrySchedule;
  readonly keyOrder: KeyOrder;
  readonly publisher: RetryPublisher;
  readonly state: PartitionState;
  /** The message was read from a topic of events that wait. */
  readonly waiting: boolean;
}

const HANDLE: Course = { kind: 'handle' };
const DROP: Course = { kind: 'drop' };
/** How long an event waits in memory behind another one before it makes room for what is behind it on the topic. */
const PATIENCE_MS = 10_000;

/**
 * One message on its way over the retry topics of its group:
 *
 *     events' topic ──▶ handled          (done)
 *        │    └─ failed ──▶ retry topic of the delay ── due, first of its key ──▶ handled, or failed, or dead letter
 *        └─ behind a parked event of its key ──▶ parked ── first of its key ──▶ the same
 *
 * The order of a key is that of the offsets at which its events were first read, and ParkedKeys keeps it. A message may lie
 * on the topics more than once (its consumer died between publishing it and committing the offset). The copy with fewer
 * attempts than are known is stale. Of any other the inbox knows whether it has had its effect: nothing is dropped in doubt.
 */
export class RetryPath {
  /** Tasks of the same lane are done one after the other. */
  readonly lane: string;
  readonly trail: RetryTrail;
  /** Undefined for a message whose key does not matter. */
  private readonly event: OrderedEvent | undefined;

  constructor(
    private readonly record: KafkaRecord,
    private readonly options: RetryPathOptions,
    private readonly since: number = Date.now(),
  ) {
    this.trail = (options.waiting ? trailLeftBy(record) : undefined) ?? beginningAt(record);
    this.event = options.keyOrder === 'block-key' ? orderedEventOf(record, this.trail) : undefined;
    // Those that wait are not in order on their topic: behind each other they would wait for ever for the one behind them.
    this.lane = options.waiting
      ? `${this.trail.origin.topic} ${this.trail.origin.offset}`
      : (record.key?.toString('latin1') ?? `offset ${record.offset}`);
  }

  next(now: number = Date.now()): Course {
    const dueInMs = this.trail.dueAt - now;
    if (this.event === undefined) return dueInMs > 0 ? { kind: 'wait', afterMs: dueInMs } : HANDLE;
    return this.options.waiting ? this.nextOfWaiting(this.event, dueInMs, now) : this.nextOfNew(this.event);
  }

  /** @returns where the event goes after a failure; undefined when it has had all its attempts */
  afterFailure(errors: readonly AttemptError[], now: number = Date.now()): Course | undefined {
    const attempts = this.trail.attempts + 1;
    const delay = this.options.schedule.delayAfter(attempts);
    if (delay === undefined) return undefined;
    if (this.event !== undefined) this.parked.add(this.event, attempts);
    const trail = { ...this.trail, attempts, errors, dueAt: now + delay.ms };
    return { kind: 'move', publish: () => this.options.publisher.toRetry(this.record, trail) };
  }

  /** The event has been handled, or has become a dead letter. */
  finished(): void {
    if (this.event !== undefined) this.parked.finish(this.event);
  }

  /** The event is for another consumer: what waits behind its turn on the origin topic waits no longer. */
  passedOver(): void {
    if (this.event !== undefined && !this.options.waiting) this.parked.reach(this.event);
  }

  private get parked(): ParkedKeys {
    return this.options.state.parked;
  }

  private nextOfNew(event: OrderedEvent): Course {
    this.parked.reach(event);
    // Read again, because its offset was not committed when its copy on the retry topics was.
    if (this.parked.attemptsOf(event) !== undefined) return DROP;
    if (!this.parked.isBlocked(event)) return HANDLE;
    this.parked.add(event, this.trail.attempts);
    return this.moveToParked();
  }

  private nextOfWaiting(event: OrderedEvent, dueInMs: number, now: number): Course {
    // A second copy, of an event that this process has finished: those behind it may be at work.
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

/** An event that its group has not read before. */
export function newEventOf(record: KafkaRecord): OrderedEvent | undefined {
  return orderedEventOf(record, beginningAt(record));
}

/** An event that waits; one whose headers say nothing of it is somebody's own message, and new. */
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

/** @returns undefined for a message without a key: nothing comes before or after it */
function orderedEventOf({ key }: KafkaRecord, { origin }: RetryTrail): OrderedEvent | undefined {
  if (key === null) return undefined;
  const { topic } = origin;
  return { topic, lane: `${topic} ${key.toString('latin1')}`, offset: BigInt(origin.offset) };
}
