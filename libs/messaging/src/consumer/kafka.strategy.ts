import { types } from 'node:util';
import { EVENT_TYPES, type EventType, retryTopicsOf } from '@groundwork/contracts';
import { type DeadLetterSink, type RetryDelay, RetryPolicy, RetrySchedule } from '@groundwork/dlq';
import {
  BaseRpcContext,
  type CustomTransportStrategy,
  type MessageHandler,
  Server,
} from '@nestjs/microservices';
import { isObservable, lastValueFrom, type Observable, of } from 'rxjs';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { type PartitionFence } from '../fence/partition-fence.ts';
import { CoalescingProducer } from '../kafka/coalescing-producer.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { type MessagingLogger } from '../logger.ts';
import { type ConsumerPauses } from '../pauses/consumer-pauses.ts';
import { PausesUnknownError } from '../pauses/pauses-unknown.error.ts';
import { RetryPublisher } from '../retry/retry-publisher.ts';
import { type KeyOrder, RetryRoutes } from '../retry/retry-routes.ts';
import { type ConsumerMetrics, NO_METRICS } from './consumer-metrics.ts';
import { DeadLetterTopic } from './dead-letter-topic.ts';
import { GroupConsumer } from './group-consumer.ts';
import { HandlerErrorHiddenError } from './handler-error-hidden.error.ts';
import { expectProgress } from './liveness.ts';
import { NotAMemberError } from './not-a-member.error.ts';
import { type HandlerOfType, RecordProcessor } from './record-processor.ts';
import { UnknownEventTypeError } from './unknown-event-type.error.ts';

/**
 * Only the offset of a message waits for its copy. Each request costs as much as hundreds of messages in it, and so does
 * each fetch that reads the copies back.
 */
const RETRY_LINGER_MS = 100;

const HANDLER_TIMEOUT_MS = 30_000;
const MAX_GAP = 100_000;
/** How long a handler may still run after its signal was aborted, before liveness fails. */
const COMING_BACK_MS = 30_000;
/** `setTimeout` fires at once for larger values. */
const MAX_LIMIT = 2 ** 31 - 1;

export interface KafkaStrategyOptions {
  readonly brokers: readonly string[];
  readonly groupId: string;
  readonly clientId: string;
  readonly logger: MessagingLogger;
  /** Attempts in place, for a group without retry topics. Default: five attempts, 100 ms doubling. */
  readonly retryPolicy?: RetryPolicy;
  /**
   * Gives the group retry topics (`retryTopicsOf`, created beforehand): one retry for each delay. All members of the group
   * must use the same delays and order. Default order: `block-key`.
   */
  readonly retries?: { readonly delays: readonly RetryDelay[]; readonly keyOrder?: KeyOrder };
  /** Claims every partition before it is handled, which fences off the effects of a process that the group has replaced. */
  readonly fence?: PartitionFence;
  /** Lets operators pause the group or one of its topics. Read every second, and before new partitions are handled. */
  readonly pauses?: ConsumerPauses;
  /** Whether a new group starts with the oldest event (default) or with the next one. */
  readonly fromBeginning?: boolean;
  /** The topic and data of the types named by `@EventPattern`. Default: all types of the contracts. */
  readonly eventTypes?: readonly EventType<unknown>[];
  /** Default: the topic `dead-letters`. */
  readonly deadLetters?: DeadLetterSink;
  /** With several strategies in an app: serves handlers declared with this transport, `@EventPattern(type, id)`. */
  readonly transportId?: symbol;
  /** Number of events of different keys that are handled concurrently, for each partition. Default: 16. */
  readonly concurrency?: number;
  /** Number of consecutive counted process deaths after which an event becomes a dead letter. Default: 3. */
  readonly maxDeaths?: number;
  /**
   * How long a handler may run before its `signal` is aborted. An error that it throws then counts as a failed attempt. Its
   * event is started again only after the handler has returned. Liveness fails half a minute after the limit. Default: 30 s.
   */
  readonly handlerTimeoutMs?: number;
  /**
   * How many later events of a partition may be handled while an earlier one is unfinished. Then the partition stands still,
   * because all of them would be redelivered after a restart. Default: 100,000.
   */
  readonly maxGap?: number;
  /** How long `close` waits for running handlers. Default: 10 s. */
  readonly drainLimitMs?: number;
  /** Runs the handling of an event in its context (request id, trace). */
  readonly around?: (event: IncomingEvent<unknown>, handle: () => Promise<void>) => Promise<void>;
  readonly metrics?: ConsumerMetrics;
}

/**
 * Runs Nest's event handlers on Kafka, at least once and in order for each key. The inbox gives each event one effect.
 *
 * - Offsets are committed up to the lowest unfinished event, and only for partitions that are assigned to this process.
 * - Events of one key are handled one after the other, events of different keys concurrently.
 * - A failing event is retried: from retry topics where the group has them, otherwise in place while its key waits. After
 *   the last attempt it becomes a dead letter before the offset passes it. While infrastructure is unavailable, the
 *   partition waits without a time limit and without using attempts.
 * - A type without a handler is skipped on the events' topics, which other groups read too. On the group's own retry topics
 *   it becomes a dead letter. Tombstones and undecodable messages become dead letters.
 *
 * Nest's own Kafka server acknowledges messages that it cannot handle, and messages whose handler failed.
 */
export class KafkaStrategy extends Server implements CustomTransportStrategy {
  // The strategy handles every error itself; Nest must not log it as well.
  override readonly propagatesEventHandlerErrors = true;
  private readonly handlerTimeoutMs: number;
  private readonly maxGap: number;
  private readonly deadLetters: DeadLetterSink;
  private readonly publisher: RetryPublisher | undefined;
  private readonly routes: RetryRoutes | undefined;
  private consumer: GroupConsumer | undefined;

  /** @throws {RangeError} for delays that do not increase, and for limits that are not positive whole numbers */
  constructor(private readonly options: KafkaStrategyOptions) {
    super();
    this.handlerTimeoutMs = expectLimit('handlerTimeoutMs', options.handlerTimeoutMs ?? HANDLER_TIMEOUT_MS);
    this.maxGap = expectLimit('maxGap', options.maxGap ?? MAX_GAP);
    if (options.transportId !== undefined) this.setTransportId(options.transportId);
    const { brokers, clientId, logger } = options;
    this.deadLetters =
      options.deadLetters ?? new DeadLetterTopic(new KafkaEventProducer({ brokers, clientId, logger }));
    if (options.retries === undefined) return;
    const { delays, keyOrder = 'block-key' } = options.retries;
    const topics = retryTopicsOf(options.groupId, delays);
    this.publisher = new RetryPublisher(
      new CoalescingProducer(new KafkaEventProducer({ brokers, clientId, logger }), RETRY_LINGER_MS),
      topics,
    );
    this.routes = new RetryRoutes({
      schedule: new RetrySchedule(delays),
      topics,
      keyOrder,
      publisher: this.publisher,
    });
  }

  /**
   * Starts to consume and calls back at once: a service starts even while its broker is unavailable, and its readiness
   * reports what is missing.
   *
   * @throws {UnknownEventTypeError} for a handler of a type that no contract describes
   */
  listen(callback: (error?: unknown) => void): void {
    try {
      this.consumer = this.consumerOf(this.handlersByType());
      this.consumer.start();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  async close(): Promise<void> {
    await this.consumer?.stop();
    await this.publisher?.close();
    await this.deadLetters.close();
  }

  get groupId(): string {
    return this.options.groupId;
  }

  /** The topics that the group reads, including its retry topics; known once the strategy listens. */
  get topics(): readonly string[] {
    return this.consumer?.topics ?? [];
  }

  /** Number of this process's partitions that an operator has paused. */
  get pausedPartitions(): number {
    return [...(this.consumer?.partitions.values() ?? [])].filter(({ isPaused }) => isPaused).length;
  }

  /**
   * Checks readiness.
   *
   * @throws {NotAMemberError} while this process is not a member of its group
   * @throws {RetryPartitionsError} while partitions are not handled, because its retry topics have too few partitions
   * @throws {PausesUnknownError} while it handles nothing, because it has not been able to read the pauses yet
   */
  async expectMember(): Promise<void> {
    await Promise.resolve();
    if (this.consumer?.isMember !== true) throw new NotAMemberError(this.groupId);
    if (this.consumer.refusal !== undefined) throw this.consumer.refusal;
    if (!this.consumer.knowsPauses) throw new PausesUnknownError(this.groupId);
  }

  /** Checks liveness. @throws {NoProgressError} when a handler hangs, or when events wait and no attempt ends */
  async expectProgress(): Promise<void> {
    await Promise.resolve();
    expectProgress(this.consumer?.underWay ?? [], Date.now(), this.handlerTimeoutMs + COMING_BACK_MS);
  }

  on(event: string): never {
    throw new TypeError(`The Kafka strategy does not emit the event ${event}`);
  }

  unwrap<T>(): T {
    return this.consumer as T;
  }

  private consumerOf(handlers: ReadonlyMap<string, HandlerOfType>): GroupConsumer {
    const {
      brokers,
      groupId,
      clientId,
      logger,
      metrics = NO_METRICS,
      retryPolicy = new RetryPolicy(),
    } = this.options;
    return new GroupConsumer({
      brokers,
      groupId,
      clientId,
      logger,
      metrics,
      topics: [...new Set([...handlers.values()].map(({ eventType }) => eventType.topic))],
      fromBeginning: this.options.fromBeginning ?? true,
      retryRoutes: this.routes,
      fence: this.options.fence,
      pauses: this.options.pauses,
      concurrency: this.options.concurrency ?? 16,
      maxDeaths: this.options.maxDeaths ?? 3,
      handlerTimeoutMs: this.handlerTimeoutMs,
      maxGap: this.maxGap,
      drainLimitMs: this.options.drainLimitMs ?? 10_000,
      processor: new RecordProcessor({
        groupId,
        handlers,
        retryPolicy,
        retryRoutes: this.routes,
        deadLetters: this.deadLetters,
        logger,
        metrics,
      }),
    });
  }

  private handlersByType(): ReadonlyMap<string, HandlerOfType> {
    const known = new Map(
      (this.options.eventTypes ?? EVENT_TYPES).map((eventType) => [eventType.type, eventType]),
    );
    return new Map(
      [...this.messageHandlers]
        .filter(([, handler]) => handler.isEventHandler === true)
        .map(([type, handler]) => {
          const eventType = known.get(type);
          if (eventType === undefined) throw new UnknownEventTypeError(type);
          return [type, this.handlerOf(eventType, handler)];
        }),
    );
  }

  /** @throws {RangeError} for a batch size that is not a positive whole number */
  private handlerOf(eventType: EventType<unknown>, handler: MessageHandler): HandlerOfType {
    const limit: unknown = handler.extras?.['batch'];
    if (limit === undefined) return { eventType, handle: (event) => this.handle(handler, event) };
    if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1)
      throw new RangeError(
        `expected the batch size of ${eventType.type} to be a whole number from 1, got ${String(limit)}`,
      );
    return { eventType, limit, handleBatch: (batch) => call(handler, batch, eventType.type) };
  }

  private handle(handler: MessageHandler, event: IncomingEvent<unknown>): Promise<void> {
    const { around = (_event, work) => work() } = this.options;
    return around(event, () => call(handler, event, event.type));
  }
}

function expectLimit(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0 && value <= MAX_LIMIT) return value;
  throw new RangeError(`expected ${name} to be a whole number from 1 to ${MAX_LIMIT}, got ${value}`);
}

async function call(handler: MessageHandler, payload: unknown, type: string): Promise<void> {
  try {
    const result: unknown = await handler(payload, new BaseRpcContext([payload]));
    await lastValueFrom(toObservable(result), { defaultValue: undefined });
  } catch (error) {
    throw types.isNativeError(error) ? error : new HandlerErrorHiddenError(type, error);
  }
}

function toObservable(result: unknown): Observable<unknown> {
  return isObservable(result) ? result : of(result);
}
