import { type EventType } from '@groundwork/contracts';
import { type DeadLetterRecord, deadLetterOf, type DeadLetterSink, type RetryPolicy } from '@groundwork/dlq';
import { decodeEvent, eventTypeOf, headersOf } from '../events/cloud-event.codec.ts';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { UndecodableError } from '../events/undecodable.error.ts';
import { type MessagingLogger } from '../logger.ts';
import { type ConsumerMetrics } from './consumer-metrics.ts';

/** What comes after an attempt: nothing, the same again later, or the same again once infrastructure is back. */
export type Next = { readonly kind: 'done' } | { readonly kind: 'again' | 'hold'; readonly afterMs: number };

/** One message on its way through its attempts. `attempt` never rejects and is called again until it is `done`. */
export interface Delivery {
  attempt(): Promise<Next>;
}

export interface HandlerOfType {
  readonly eventType: EventType<unknown>;
  handle(event: IncomingEvent<unknown>): Promise<void>;
}

export interface RecordProcessorOptions {
  readonly groupId: string;
  readonly handlers: ReadonlyMap<string, HandlerOfType>;
  readonly retryPolicy: RetryPolicy;
  readonly deadLetters: DeadLetterSink;
  readonly logger: MessagingLogger;
  readonly metrics: ConsumerMetrics;
}

const DONE: Next = { kind: 'done' };

/** Composes a delivery, outermost first: dead letter → retry → decode → handler (whose effect is behind the inbox). */
export class RecordProcessor {
  constructor(readonly options: RecordProcessorOptions) {}

  deliveryOf(record: KafkaRecord): Delivery {
    return new RecordDelivery(record, this.options);
  }
}

class RecordDelivery implements Delivery {
  private readonly type: string | undefined;
  private attempts = 0;
  private holds = 0;
  /** Set once the handler has been given up on: from then on only the letter is tried again. */
  private letter: DeadLetterRecord | undefined;

  constructor(
    private readonly record: KafkaRecord,
    private readonly options: RecordProcessorOptions,
  ) {
    this.type = eventTypeOf(record);
  }

  async attempt(): Promise<Next> {
    if (this.letter !== undefined) return this.putLetter(this.letter);
    try {
      await this.handle();
      return DONE;
    } catch (error) {
      return this.retryOrGiveUp(error);
    }
  }

  private async handle(): Promise<void> {
    const handler = this.type === undefined ? undefined : this.options.handlers.get(this.type);
    if (handler !== undefined) {
      await handler.handle(decodeEvent(this.record, handler.eventType));
      this.count('processed');
      return;
    }
    if (this.type === undefined) throw withoutType(this.record);
    // Another consumer's event on a shared topic.
    this.count('skipped');
  }

  private async retryOrGiveUp(error: unknown): Promise<Next> {
    const { retryPolicy, logger } = this.options;
    const decision = retryPolicy.decide(error, { attempts: this.attempts + 1, holds: this.holds + 1 });
    if (decision.kind === 'hold') return this.hold(error, decision.afterMs);
    this.attempts += 1;
    this.holds = 0;
    if (decision.kind === 'retry') {
      logger.warn(
        { ...this.at(), err: error, attempt: this.attempts, ...decision },
        'an event failed and is tried again',
      );
      this.count('retried');
      return { kind: 'again', afterMs: decision.afterMs };
    }
    this.letter = this.letterAbout(error);
    return this.putLetter(this.letter);
  }

  /** The letter is durable before the offset may move on; while it cannot be put, the offset does not advance. */
  private async putLetter(letter: DeadLetterRecord): Promise<Next> {
    const { deadLetters, retryPolicy, logger } = this.options;
    try {
      await deadLetters.put(letter);
    } catch (error) {
      return this.hold(error, retryPolicy.hold(this.holds + 1).afterMs);
    }
    logger.error(
      { ...this.at(), deadLetter: letter.id, error: letter.error },
      'an event became a dead letter',
    );
    this.count('dead-lettered');
    return DONE;
  }

  private hold(error: unknown, afterMs: number): Next {
    this.holds += 1;
    // One line when it begins; then at most every tenth attempt: an outage must not fill the log.
    if (this.holds % 10 === 1) {
      this.options.logger.warn(
        { ...this.at(), err: error, holds: this.holds },
        'a partition waits for infrastructure',
      );
    }
    this.count('held');
    return { kind: 'hold', afterMs };
  }

  private letterAbout(error: unknown): DeadLetterRecord {
    const { topic, partition, offset, timestamp, key, value } = this.record;
    const consumer = this.options.groupId;
    const message = {
      consumer,
      topic,
      partition,
      offset,
      timestamp,
      key,
      value,
      headers: headersOf(this.record),
    };
    return deadLetterOf(message, { error, attempts: this.attempts, failedAt: new Date() });
  }

  private count(outcome: Parameters<ConsumerMetrics['delivered']>[1]): void {
    this.options.metrics.delivered(this.type ?? 'none', outcome);
  }

  private at(): object {
    const { topic, partition, offset } = this.record;
    return { type: this.type, eventId: headersOf(this.record)['ce_id'], topic, partition, offset };
  }
}

function withoutType(record: KafkaRecord): UndecodableError {
  return record.value === null
    ? new UndecodableError('tombstone', 'The message has no value')
    : new UndecodableError('not-a-cloud-event', 'Expected the header ce_type');
}
