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
 * Nobody waits for a copy but its offset, and each request costs what hundreds of messages in it do; so does each fetch that
 * brings them back.
 */
const RETRY_LINGER_MS = 100;

const HANDLER_TIMEOUT_MS = 30_000;
const MAX_GAP = 100_000;
/** How long a handler has to come back after its signal was aborted: until then liveness is patient. */
const COMING_BACK_MS = 30_000;
/** `setTimeout` fires at once for more. */
const MAX_LIMIT = 2 ** 31 - 1;

export interface KafkaStrategyOptions {
  readonly brokers: readonly string[];
  readonly groupId: string;
  readonly clientId: string;
  readonly logger: MessagingLogger;
  /** How often an event is tried in place, where there are no retry topics. Default: five attempts, 100 ms doubling. */
  readonly retryPolicy?: RetryPolicy;
  /**
   * Gives the group retry topics (`retryTopicsOf`, created beforehand): one retry for each delay. All members of the group
   * must have the same. Default order: `block-key`.
   */
  readonly retries?: { readonly delays: readonly RetryDelay[]; readonly keyOrder?: KeyOrder };
  /** Fences the effects of a process that has been taken for dead: claims every partition before it is handled. */
  readonly fence?: PartitionFence;
  /** Lets operators pause the group or one of its topics: asked for every second, and before a partition is handled. */
  readonly pauses?: ConsumerPauses;
  /** Whether a new group starts with the oldest event (default) or with the next one. */
  readonly fromBeginning?: boolean;
  /** Where the types named by `@EventPattern` find their topic and data. Default: all of the contracts. */
  readonly eventTypes?: readonly EventType<unknown>[];
  /** Default: the topic `dead-letters`. */
  readonly deadLetters?: DeadLetterSink;
  /** With several strategies in one app: serves handlers declared with this transport, `@EventPattern(type, id)`. */
  readonly transportId?: symbol;
  /** Events of different keys handled at once, for each partition. Default: 16. */
  readonly concurrency?: number;
  /** An event that so many processes have died of, one after the other, becomes a dead letter. Default: 3. */
  readonly maxDeaths?: number;
  /**
   * How long a handler may take before its `signal` is aborted; what it throws then counts as a failed attempt. Its event is not
   * started again before it has come back. Liveness fails half a minute later. Default: 30 s.
   */
  readonly handlerTimeoutMs?: number;
  /**
   * How many later events of a partition may be handled while an earlier one is not. Then the partition stands still, as all of
   * them would come again after a restart. Default: 100,000.
   */
  readonly maxGap?: number;
  /** How long `close` waits for running handlers. Default: 10 s. */
  readonly drainLimitMs?: number;
  /** Runs the handling of an event in its context (request id, trace). */
  readonly around?: (event: IncomingEvent<unknown>, handle: () => Promise<void>) => Promise<void>;
  readonly metrics?: ConsumerMetrics;
}

/**
 * Nest's event handlers on Kafka, at least once and in order for each key; the inbox behind them makes effects exactly once.
 *
 * - Offsets are committed up to the lowest unfinished event, and only for partitions this process holds.
 * - Events of one key are handled one after the other, those of different keys beside each other.
 * - A failing event is tried again, then becomes a dead letter before the offset passes it: from retry topics, where the
 *   group has them, else in place while its key waits. While infrastructure is away its partition waits, however long, at no
 *   cost of attempts.
 * - A type without a handler is skipped on the events' topics, which other groups read too, and becomes a dead letter on the
 *   group's own retry topics. Tombstones and undecodable messages become dead letters.
 *
 * Nest's own Kafka server acknowledges what it cannot handle, and what failed.
 */
export class KafkaStrategy extends Server implements CustomTransportStrategy {
  // The strategy acts on every error itself; Nest shall not log it too.
  override readonly propagatesEventHandlerErrors = true;
  private readonly handlerTimeoutMs: number;
  private readonly maxGap: number;
  private readonly deadLetters: DeadLetterSink;
  private readonly publisher: RetryPublisher | undefined;
  private readonly routes: RetryRoutes | undefined;
  private consumer: GroupConsumer | undefined;

  /** @throws {RangeError} for delays that do not rise, and for limits that are no positive numbers */
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
   * Begins to consume and calls back at once: a service whose broker is away starts all the same, and its readiness says
   * what is missing.
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

  /** What the group reads, the topics its events wait on included; known once it listens. */
  get topics(): readonly string[] {
    return this.consumer?.topics ?? [];
  }

  /** How many of the partitions that this process has an operator has paused. */
  get pausedPartitions(): number {
    return [...(this.consumer?.partitions.values() ?? [])].filter(({ isPaused }) => isPaused).length;
  }

  /**
   * For readiness.
   *
   * @throws {NotAMemberError} while this process is not a member of its group
   * @throws {RetryPartitionsError} while partitions stay shut, because its retry topics have none of their number
   * @throws {PausesUnknownError} while it handles nothing, because it has never been told what is paused
   */
  async expectMember(): Promise<void> {
    await Promise.resolve();
    if (this.consumer?.isMember !== true) throw new NotAMemberError(this.groupId);
    if (this.consumer.refusal !== undefined) throw this.consumer.refusal;
    if (!this.consumer.knowsPauses) throw new PausesUnknownError(this.groupId);
  }

  /** For liveness. @throws {NoProgressError} when a handler hangs, or events wait and none has come back */
  async expectProgress(): Promise<void> {
    await Promise.resolve();
    expectProgress(this.consumer?.underWay ?? [], Date.now(), this.handlerTimeoutMs + COMING_BACK_MS);
  }

  on(event: string): never {
    throw new TypeError(`The Kafka strategy emits no ${event}`);
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

  /** @throws {RangeError} for a batch that is no number of events */
  private handlerOf(eventType: EventType<unknown>, handler: MessageHandler): HandlerOfType {
    const limit: unknown = handler.extras?.['batch'];
    if (limit === undefined) return { eventType, handle: (event) => this.handle(handler, event) };
    if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1)
      throw new RangeError(
        `expected the batch of ${eventType.type} to be a number of events, not ${String(limit)}`,
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
  throw new RangeError(`expected ${name} to be a whole number from 1 to ${MAX_LIMIT}, not ${value}`);
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
