import {
  type AttemptError,
  attemptError,
  type DeadLetterRecord,
  deadLetterOf,
  errorKindOf,
  withError,
} from '@groundwork/dlq';
import { eventTypeOf } from '../events/cloud-event.codec.ts';
import { headersOf } from '../events/header-text.ts';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { Departure } from '../retry/departure.ts';
import { type Course, type RetryPath } from '../retry/retry-path.ts';
import { AnotherAtWorkError } from '../started-attempts/another-at-work.error.ts';
import { AssignmentOverError } from '../started-attempts/assignment-over.error.ts';
import { AttemptHeldError } from '../started-attempts/attempt-held.error.ts';
import { type StartedAttempts } from '../started-attempts/started-attempts.ts';
import { type DeliveryOutcome } from './consumer-metrics.ts';
import { type RunningAttempts } from './running-attempts.ts';
import { type RecordProcessor } from './record-processor.ts';

/**
 * The next step after an attempt:
 * - `done`: none, the delivery is finished.
 * - `leave`: attempt again; the lane continues meanwhile.
 * - `again`: attempt again later.
 * - `hold`: attempt again once infrastructure may be back.
 * - `wait`: nothing was attempted, because the delivery is not due yet.
 *
 * `untried`: no handler was run.
 */
export type Next =
  | { readonly kind: 'done'; readonly untried?: true }
  | { readonly kind: 'leave'; readonly untried?: true }
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'hold'; readonly afterMs: number; readonly error: unknown }
  | { readonly kind: 'wait'; readonly afterMs: number; readonly sooner?: Promise<void> };

/** One message on its way through its attempts. `attempt` never rejects and is called again until it is `done`. */
export interface Delivery {
  /** Deliveries of one lane are attempted one after the other, in their order. */
  readonly lane: string;
  attempt(): Promise<Next>;
  /** Reports a hold while others of its partition got through: the event is at fault, or something only it needs is away. */
  noteHeldAlone(error: unknown): void;
}

const DONE: Next = { kind: 'done' };
const LEAVE: Next = { kind: 'leave' };
const PASSED_OVER: Next = { kind: 'done', untried: true };
const PARKED: Next = { kind: 'leave', untried: true };
/** Writes one log line when a hold starts, then one for every tenth attempt: an outage must not fill the log. */
export const HOLDS_PER_LINE = 10;
/** Upper limit of a wait that a promise ends: the publishing of a copy, or another event that runs alone, ends earlier. */
const TOLD_LIMIT_MS = 60_000;

export class RecordDelivery implements Delivery {
  readonly lane: string;
  private readonly type: string | undefined;
  private attempts: number;
  private errors: readonly AttemptError[];
  private holds = 0;
  private holdsAlone = 0;
  /** One of these is set once the event needs no more handling. From then on only that step is retried. */
  private letter: DeadLetterRecord | undefined;
  private departure: Departure | undefined;

  constructor(
    private readonly record: KafkaRecord,
    private readonly processor: RecordProcessor,
    private readonly starts: StartedAttempts,
    private readonly running: RunningAttempts,
    /** Set where the group has retry topics. */
    private readonly path: RetryPath | undefined,
  ) {
    this.type = eventTypeOf(record);
    // Messages without a key have no order to keep.
    this.lane = path?.lane ?? record.key?.toString('latin1') ?? `offset ${record.offset}`;
    this.attempts = path?.trail.attempts ?? 0;
    this.errors = path?.trail.errors ?? [];
  }

  attempt(): Promise<Next> {
    if (this.letter !== undefined) return this.putLetter(this.letter);
    if (this.departure !== undefined) return Promise.resolve(this.depart(this.departure));
    return this.processor.isForUs(this.record) ? this.handleInItsTurn() : Promise.resolve(this.skip());
  }

  /** Skips another consumer's event on a shared topic. */
  private skip(): Next {
    this.count('skipped');
    this.path?.passedOver();
    return PASSED_OVER;
  }

  private async handleInItsTurn(): Promise<Next> {
    const course = this.path?.next() ?? { kind: 'handle' };
    if (course.kind === 'wait') return course;
    if (course.kind === 'drop') return PASSED_OVER;
    if (course.kind === 'move') {
      this.move(course, 'parked');
      return PARKED;
    }
    try {
      await this.starts.run([this.record.offset], () => this.handleInTime());
      return this.done('processed');
    } catch (error) {
      // The same pause holds up its lane, which has its turn again after the pause.
      if (error instanceof AttemptHeldError) return { kind: 'wait', afterMs: 0 };
      if (error instanceof AnotherAtWorkError) {
        return { kind: 'wait', afterMs: TOLD_LIMIT_MS, sooner: error.over };
      }
      // The next owner of the partition starts it.
      if (error instanceof AssignmentOverError) return { kind: 'again', afterMs: 0 };
      return this.retryOrGiveUp(error);
    }
  }

  private handleInTime(): Promise<void> {
    return this.running.run(this.record.offset, (attempt) => this.processor.handle(this.record, attempt));
  }

  private retryOrGiveUp(error: unknown): Next | Promise<Next> {
    if (errorKindOf(error) === 'infrastructure') return this.hold(error);
    this.attempts += 1;
    this.holds = 0;
    const earlier = this.errors;
    this.errors = withError(earlier, attemptError(error, this.attempts, new Date()));
    return this.tryAgain(error) ?? this.giveUp(error, earlier);
  }

  /** @returns undefined when the event has used all its attempts, or when a retry cannot help */
  private tryAgain(error: unknown): Next | undefined {
    const { retryPolicy, logger } = this.processor.options;
    if (errorKindOf(error) === 'permanent') return undefined;
    const fields = { ...this.at(), err: error, attempt: this.attempts };
    if (this.path !== undefined) {
      const course = this.path.afterFailure(this.errors);
      if (course?.kind !== 'move') return undefined;
      logger.warn(fields, 'an event failed; it moves to a retry topic');
      this.move(course, 'retried');
      return LEAVE;
    }
    const decision = retryPolicy.decide(error, { attempts: this.attempts, holds: 1 });
    if (decision.kind !== 'retry') return undefined;
    logger.warn({ ...fields, afterMs: decision.afterMs }, 'an event failed; it is retried in place');
    this.count('retried');
    return { kind: 'again', afterMs: decision.afterMs };
  }

  /** The event counts as outstanding from now on, so its lane continues while its copy is published. */
  private move(course: Course & { kind: 'move' }, outcome: DeliveryOutcome): void {
    this.count(outcome);
    this.departure = new Departure(() => course.publish());
  }

  private depart(departure: Departure): Next {
    const outcome = departure.takeOutcome();
    if (outcome === undefined) return { kind: 'wait', afterMs: TOLD_LIMIT_MS, sooner: departure.underWay };
    return 'error' in outcome ? this.hold(outcome.error) : DONE;
  }

  private giveUp(error: unknown, earlier: readonly AttemptError[]): Promise<Next> {
    const { groupId } = this.processor.options;
    const { topic, partition, offset, timestamp, key, value } = this.record;
    this.letter = deadLetterOf(
      {
        consumer: groupId,
        ...(this.path?.trail.origin ?? { topic, partition, offset, timestamp }),
        key,
        value,
        headers: headersOf(this.record),
      },
      { error, attempts: this.attempts, failedAt: new Date(), earlier },
    );
    return this.putLetter(this.letter);
  }

  /** Stores the dead letter. The offset advances only once the dead letter is durable. */
  private async putLetter(letter: DeadLetterRecord): Promise<Next> {
    const { deadLetters, logger } = this.processor.options;
    try {
      await this.running.run(this.record.offset, () => deadLetters.put(letter));
    } catch (error) {
      return this.hold(error);
    }
    logger.error(
      { ...this.at(), deadLetter: letter.id, error: letter.error },
      'an event became a dead letter',
    );
    return this.done('dead-lettered');
  }

  private hold(error: unknown): Next {
    this.holds += 1;
    const { afterMs } = this.processor.options.retryPolicy.hold(this.holds);
    if (this.holds % HOLDS_PER_LINE === 1) {
      this.processor.options.logger.warn(
        { ...this.at(), err: error, holds: this.holds },
        'infrastructure is unavailable; the partition waits and retries',
      );
    }
    this.count('held');
    return { kind: 'hold', afterMs, error };
  }

  noteHeldAlone(error: unknown): void {
    this.count('held-alone');
    this.holdsAlone += 1;
    if (this.holdsAlone % HOLDS_PER_LINE !== 1) return;
    this.processor.options.logger.error(
      { ...this.at(), err: error, holds: this.holds },
      'an event waits for infrastructure that other events reach; its key waits with it',
    );
  }

  private done(outcome: DeliveryOutcome): Next {
    this.path?.finished();
    this.count(outcome);
    return DONE;
  }

  private count(outcome: DeliveryOutcome): void {
    this.processor.options.metrics.delivered(this.type ?? 'none', outcome);
  }

  private at(): object {
    const { topic, partition, offset } = this.record;
    return { type: this.type, eventId: headersOf(this.record)['ce_id'], topic, partition, offset };
  }
}
