import { KeyedExecutor, type RunAgain } from '@groundwork/flow-control';
import { type KafkaMessage } from 'kafkajs';
import { EventBatch } from '../events/event-batch.ts';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type PartitionClaim } from '../fence/partition-fence.ts';
import { StaleClaimError } from '../fence/stale-claim.error.ts';
import { type StartedAttempts } from '../started-attempts/started-attempts.ts';
import { type ParkedKeys } from '../retry/parked-keys.ts';
import { FetchedRecord, heldBytesOf } from './fetched-message.ts';
import { InfrastructureHold } from './infrastructure-hold.ts';
import { OffsetWatermark } from './offset-watermark.ts';
import { PartitionBatches, type Taken } from './partition-batches.ts';
import { type Delivery, HOLDS_PER_LINE, type Next } from './record-delivery.ts';
import { type BatchHandler, type RecordProcessor } from './record-processor.ts';
import { type Attempt, RunningAttempts } from './running-attempts.ts';
import { type TopicPartition } from './topic-partition.ts';
import { WaitingMessages } from './waiting-messages.ts';

export interface PartitionWorkOptions {
  readonly of: TopicPartition;
  readonly processor: RecordProcessor;
  /** The parked keys of this partition number, over all topics of the group. */
  readonly parked: ParkedKeys;
  /** Number of messages of different keys that are handled concurrently. */
  readonly concurrency: number;
  /** Whether batch handlers receive the events of this partition in batches. */
  readonly takesBatches: boolean;
  readonly starts: StartedAttempts;
  /** How long a handler may run before its signal is aborted. */
  readonly handlerTimeoutMs: number;
  /** How many later messages may be handled while an earlier one is unfinished. */
  readonly maxGap: number;
  /** Called when the committable offset may have moved. */
  readonly progressed: () => void;
  /** Called when an effect was rejected because another member has claimed the partition. */
  readonly lost: (error: StaleClaimError) => void;
}

/** Controls the fetching of the partition; unfinished messages count against its watermarks. */
interface Fetching {
  readonly pauseReasons: readonly string[];
  hold(bytes: number, items: number): () => void;
  pause(reason: 'infrastructure' | 'gap'): void;
  resume(reason: 'infrastructure' | 'gap'): void;
}

/**
 * The unfinished messages of a partition: single messages on their way through their attempts, one after the other for each
 * key, and batches. Counts them against the watermarks of the partition's fetching, and knows what may be committed.
 */
export class PartitionWork {
  readonly watermark = new OffsetWatermark();
  /** The claim under which effects count, once the partition is opened; undefined where they are not fenced. */
  claim: PartitionClaim | undefined;
  private readonly executor: KeyedExecutor;
  private readonly batches: PartitionBatches | undefined;
  private readonly running: RunningAttempts;
  private readonly hold: InfrastructureHold;
  /** Deliveries that are not due yet. */
  private readonly waiting = new Set<Delivery>();
  private readonly fetched = new WaitingMessages(({ sequence }) => this.watermark.isFinished(sequence));
  private left = 0;
  private lastActivityAt = Date.now();

  constructor(
    private readonly options: PartitionWorkOptions,
    private readonly fetching: Fetching,
  ) {
    this.executor = new KeyedExecutor({ concurrency: options.concurrency });
    this.hold = new InfrastructureHold({ executor: this.executor, fetching, limit: options.concurrency });
    this.running = new RunningAttempts({
      limitMs: options.handlerTimeoutMs,
      overdue: (offset) =>
        options.processor.options.logger.warn(
          { ...options.of, offset, limitMs: options.handlerTimeoutMs },
          'a handler exceeded its time limit; its signal is aborted, and its key waits until it returns',
        ),
    });
    if (options.takesBatches) this.batches = this.makeBatches();
  }

  /** When the longest-running attempt started; undefined while none runs. */
  get oldestAttemptSince(): number | undefined {
    return this.running.oldestSince;
  }

  /** Number of unfinished messages, without those that wait until they are due. */
  get pending(): number {
    return this.executor.size - this.waiting.size + (this.batches?.size ?? 0);
  }

  /** When an attempt last ended, with any outcome, or work arrived after there was none: ms since 1970. */
  get idleSince(): number {
    return this.lastActivityAt;
  }

  get starts(): StartedAttempts {
    return this.options.starts;
  }

  add(messages: readonly KafkaMessage[]): void {
    if (this.pending === 0) this.lastActivityAt = Date.now();
    this.fetched.copy();
    if (this.batches !== undefined) this.batches.add(this.taken(messages));
    else for (const message of messages) for (const one of this.taken([message])) this.submit(one);
  }

  private taken(messages: readonly KafkaMessage[]): Taken[] {
    const bytes = messages.reduce((sum, message) => sum + heldBytesOf(message), 0);
    const release = this.fetching.hold(bytes, messages.length);
    const arrival = { unfinished: messages.length, release };
    const taken = messages.map((message) => ({
      message,
      arrival,
      sequence: this.watermark.take(message.offset),
    }));
    this.fetched.add(taken);
    return taken;
  }

  private finish({ sequence, arrival }: Taken): void {
    this.watermark.finish(sequence);
    arrival.unfinished -= 1;
    if (arrival.unfinished === 0) arrival.release();
    this.boundGap();
  }

  /** Bounds the finished messages behind a hanging handler: they stay in memory, and a restart redelivers them. */
  private boundGap(): void {
    const { gap } = this.watermark;
    if (gap > this.options.maxGap) this.fetching.pause('gap');
    else if (gap <= this.options.maxGap / 2) this.fetching.resume('gap');
  }

  /** While paused, starts only the copies of events that have had their turn. The other messages wait and resume later. */
  setPaused(isPaused: boolean): void {
    this.starts.setHalted(isPaused);
    if (isPaused) {
      this.executor.halt();
      this.batches?.halt();
      return;
    }
    // The pause itself does not count against liveness, which counts from now.
    this.lastActivityAt = Date.now();
    this.executor.release();
    this.batches?.release();
  }

  /** Starts no further work and resolves when the running attempts have ended. What they finish may be committed. */
  async close(): Promise<void> {
    this.waiting.clear();
    this.fetched.close();
    const ended = [this.executor.close(), this.batches?.close()];
    this.starts.close();
    await Promise.all(ended);
  }

  recordOf(message: KafkaMessage): KafkaRecord {
    return new FetchedRecord(message, this.options.of, this.claim);
  }

  private makeBatches(): PartitionBatches {
    const { processor } = this.options;
    return new PartitionBatches({
      handlerOf: (message) => (this.isByItself(message) ? undefined : processor.batchHandlerOf(message)),
      keyOf: laneOf,
      handle: (handler, batch) =>
        this.starts.run(
          batch.map(({ message }) => message.offset),
          () => this.handleBatch(handler, batch),
        ),
      submitOne: (taken) => this.submit(taken),
      attempted: (batches, error) => this.attempted(batches, error),
      held: (handler, batch, error, holds) => {
        processor.options.metrics.delivered(handler.eventType.type, 'held', batch.length);
        if (holds % HOLDS_PER_LINE !== 1) return;
        const fields = { ...this.options.of, err: error, events: batch.length, holds };
        processor.options.logger.warn(
          fields,
          'infrastructure is unavailable; the batch waits and is retried',
        );
      },
      finished: (handler, batch) => {
        for (const taken of batch) this.finish(taken);
        processor.options.metrics.delivered(handler.eventType.type, 'processed', batch.length);
        this.options.progressed();
      },
      split: (error, batch) =>
        processor.options.logger.warn(
          { ...this.options.of, err: error, events: batch.length },
          'a batch failed; its events are handled one by one',
        ),
    });
  }

  private handleBatch(handler: BatchHandler, batch: readonly Taken[]): Promise<void> {
    return this.running.run(batch[0]?.message.offset ?? '', (attempt) =>
      handler.handleBatch(this.batchOf(handler, batch, attempt)),
    );
  }

  private batchOf(
    { eventType }: BatchHandler,
    batch: readonly Taken[],
    attempt: Attempt,
  ): EventBatch<unknown> {
    const nextOffset = this.watermark.committableWith(batch.map(({ sequence }) => sequence));
    const records = batch.map(
      ({ message }) =>
        () =>
          this.recordOf(message),
    );
    return new EventBatch(eventType, records, this.claim, nextOffset, attempt);
  }

  /** Whether it is handled individually: a process has died during it, or an event of its key is being retried or waits. */
  private isByItself(message: KafkaMessage): boolean {
    const { processor, parked } = this.options;
    if (this.starts.isSuspect(message.offset)) return true;
    if (this.executor.size > 0 && this.executor.has(laneOf(message))) return true;
    return !parked.isEmpty && !processor.isFree(this.recordOf(message), parked);
  }

  private submit(taken: Taken): void {
    const { processor, parked } = this.options;
    const state = { parked, isFull: () => this.isFull };
    const record = this.recordOf(taken.message);
    const delivery = processor.deliveryOf(record, state, this.starts, this.running);
    const finished = () => {
      this.finish(taken);
      this.options.progressed();
    };
    this.executor.submit(delivery.lane, () => this.turnOf(delivery, finished));
  }

  private get isFull(): boolean {
    const { pauseReasons } = this.fetching;
    return pauseReasons.includes('backpressure') || pauseReasons.includes('gap');
  }

  private async turnOf(delivery: Delivery, finished: () => void): Promise<RunAgain | undefined> {
    this.noteTurnOf(delivery);
    const next = await delivery.attempt();
    if (next.kind === 'wait') {
      this.waiting.add(delivery);
      return { againInMs: next.afterMs, ...(next.sooner !== undefined && { sooner: next.sooner }) };
    }
    if (next.kind === 'leave') {
      this.cameBack(delivery, next, undefined);
      // A lane of its own: only the offset waits until the copy is durable, while later events of the key continue.
      const leave = () => this.turnOf(delivery, finished);
      this.executor.submit(`leaving ${(this.left += 1)}`, leave, { finishes: true });
      return undefined;
    }
    this.cameBack(delivery, next, next.kind === 'hold' ? next.error : undefined);
    if (next.kind !== 'done') return { againInMs: next.afterMs };
    finished();
    return undefined;
  }

  /** Counts a delivery that has waited as pending again. If nothing else is pending, liveness counts from now. */
  private noteTurnOf(delivery: Delivery): void {
    const wasIdle = this.pending === 0;
    if (this.waiting.delete(delivery) && wasIdle) this.lastActivityAt = Date.now();
  }

  /** An untried delivery (for another consumer, or waiting behind its key) says nothing about infrastructure. */
  private cameBack(delivery: Delivery, next: Next, infrastructureError: unknown): void {
    if (!('untried' in next)) return this.attempted(delivery, infrastructureError);
    this.lastActivityAt = Date.now();
    this.hold.passedOver(delivery);
  }

  private attempted(by: Delivery | PartitionBatches, infrastructureError: unknown): void {
    this.lastActivityAt = Date.now();
    if (infrastructureError instanceof StaleClaimError) this.options.lost(infrastructureError);
    if (infrastructureError === undefined) this.hold.gotThrough(by);
    else this.hold.foundAway(by, infrastructureError);
  }
}

/** Messages without a key have no order to keep. */
function laneOf({ key, offset }: KafkaMessage): string {
  return key?.toString('latin1') ?? `offset ${offset}`;
}
