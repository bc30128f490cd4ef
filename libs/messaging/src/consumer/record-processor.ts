import { type EventType } from '@groundwork/contracts';
import { type DeadLetterSink, type RetryPolicy } from '@groundwork/dlq';
import { decodeEvent, eventTypeOf } from '../events/cloud-event.codec.ts';
import { type KafkaMessage } from 'kafkajs';
import { EventBatch } from '../events/event-batch.ts';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { UndecodableError } from '../events/undecodable.error.ts';
import { type MessagingLogger } from '../logger.ts';
import { type ParkedKeys } from '../retry/parked-keys.ts';
import { type PartitionState, type RetryRoutes } from '../retry/retry-routes.ts';
import { type StartedAttempts } from '../started-attempts/started-attempts.ts';
import { type ConsumerMetrics } from './consumer-metrics.ts';
import { NoHandlerError } from './no-handler.error.ts';
import { type Attempt, type RunningAttempts } from './running-attempts.ts';
import { type Delivery, RecordDelivery } from './record-delivery.ts';

export type HandlerOfType = EventHandler | BatchHandler;

export interface EventHandler {
  readonly eventType: EventType<unknown>;
  handle(event: IncomingEvent<unknown>): Promise<void>;
}

export interface BatchHandler {
  readonly eventType: EventType<unknown>;
  /** The largest number of events in a batch. */
  readonly limit: number;
  handleBatch(batch: EventBatch<unknown>): Promise<void>;
}

export interface RecordProcessorOptions {
  readonly groupId: string;
  readonly handlers: ReadonlyMap<string, HandlerOfType>;
  /** Without retry topics: attempts in place and delays of holds. With retry topics: only the delays of holds. */
  readonly retryPolicy: RetryPolicy;
  readonly retryRoutes?: RetryRoutes | undefined;
  readonly deadLetters: DeadLetterSink;
  readonly logger: MessagingLogger;
  readonly metrics: ConsumerMetrics;
}

/**
 * Composes a delivery, outermost first: dead letter → retry → crash guard → time limit → decode → handler (whose effect is
 * behind the inbox).
 */
export class RecordProcessor {
  private readonly batchHandlers: readonly { type: Buffer; handler: BatchHandler }[];

  constructor(readonly options: RecordProcessorOptions) {
    this.batchHandlers = [...options.handlers].flatMap(([type, handler]) =>
      'handleBatch' in handler ? [{ type: Buffer.from(type), handler }] : [],
    );
  }

  deliveryOf(
    record: KafkaRecord,
    state: PartitionState,
    starts: StartedAttempts,
    attempts: RunningAttempts,
  ): Delivery {
    const path = this.options.retryRoutes?.pathOf(record, state);
    return new RecordDelivery(record, this, starts, attempts, path);
  }

  /**
   * Returns whether this consumer has to handle the message or make it a dead letter. On a shared topic a type without a
   * handler is for another consumer. On the group's own topics every message is for the group: a type without a handler
   * means that its release was rolled back, and skipping the message would lose it.
   */
  isForUs(record: KafkaRecord): boolean {
    const { handlers, retryRoutes } = this.options;
    const type = eventTypeOf(record);
    return type === undefined || handlers.has(type) || retryRoutes?.isOwn(record.topic) === true;
  }

  async handle(record: KafkaRecord, attempt: Attempt): Promise<void> {
    const type = eventTypeOf(record);
    const handler = type === undefined ? undefined : this.options.handlers.get(type);
    if (handler === undefined) throw type === undefined ? withoutType(record) : new NoHandlerError(type);
    if (!('handleBatch' in handler)) return handler.handle(decodeEvent(record, handler.eventType, attempt));
    const { eventType } = handler;
    await handler.handleBatch(new EventBatch(eventType, [() => record], record.claim, undefined, attempt));
  }

  get takesBatches(): boolean {
    return this.batchHandlers.length > 0;
  }

  /** Returns the handler for the type of a message, if it accepts batches. Compares header bytes without decoding. */
  batchHandlerOf({ headers }: Pick<KafkaMessage, 'headers'>): BatchHandler | undefined {
    const type = headers?.['ce_type'];
    if (!Buffer.isBuffer(type)) return undefined;
    return this.batchHandlers.find((candidate) => candidate.type.equals(type))?.handler;
  }

  /** Returns whether the message may be in a batch now: no event of its key waits on the retry topics. */
  isFree(record: KafkaRecord, parked: ParkedKeys): boolean {
    const { retryRoutes } = this.options;
    return retryRoutes === undefined || retryRoutes.isFree(record, parked);
  }
}

function withoutType(record: KafkaRecord): UndecodableError {
  return record.value === null
    ? new UndecodableError('tombstone', 'The message has no value')
    : new UndecodableError('not-a-cloud-event', 'Expected the header ce_type');
}
