import { BackpressureController, KeyedExecutor } from '@groundwork/flow-control';
import { type KafkaMessage } from 'kafkajs';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type ParkedKeys } from '../retry/parked-keys.ts';
import { OffsetWatermark } from './offset-watermark.ts';
import { type Delivery } from './record-delivery.ts';
import { type RecordProcessor } from './record-processor.ts';
import { type StartingPoint } from './starting-point.ts';
import { type TopicPartition } from './topic-partition.ts';

type OwnReason = 'opening' | 'infrastructure' | 'closing';
export type PauseReason = OwnReason | 'backpressure';

export interface PartitionPipelineOptions {
  readonly of: TopicPartition;
  readonly processor: RecordProcessor;
  /** Of the partitions of this number, over all topics of the group. */
  readonly parked: ParkedKeys;
  /** Messages of different keys handled at once. */
  readonly concurrency: number;
  /** Stops and restarts fetching this partition. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Moves the place where the next fetch begins. */
  readonly seek: (offset: bigint) => void;
  /** Takes note of a message before its partition number is handled. */
  readonly note: (record: KafkaRecord) => void;
  /** Called when the committable offset may have moved. */
  readonly progressed: () => void;
  /** What this process had of the partition in the generation before. */
  readonly predecessor: PartitionPipeline | undefined;
}

const WATERMARKS = {
  high: { items: 1_000, bytes: 4 * 1_024 * 1_024 },
  low: { items: 250, bytes: 1_024 * 1_024 },
};

/**
 * One partition while it is assigned to this process: takes batches at once (so that a slow key holds up neither the fetch
 * loop, nor the heartbeat, nor another partition), handles keys beside each other and knows what may be committed.
 *
 *     shut ── readThrough ──▶ reading through ── at the end: back to the beginning ──▶ shut
 *      └── open ──▶ open ── close ──▶ closed (running handlers end)
 *
 * A rebalance ends the pipeline, and kafkajs reads again from the committed offset, whether or not the partition stays.
 * Then the successor is opened when the handlers that still run here have ended: a key is never handled twice at once.
 */
export class PartitionPipeline {
  private readonly executor: KeyedExecutor;
  private readonly watermark = new OffsetWatermark();
  private readonly fetching: BackpressureController<OwnReason>;
  private readonly holding = new Set<Delivery>();
  /** Deliveries whose time has not come. */
  private readonly waiting = new Set<Delivery>();
  /** When the handlers of the generation before have ended. */
  readonly predecessorEnded: Promise<void>;
  private reading: { readonly from: bigint; readonly until: bigint; readonly done: () => void } | undefined;
  private isOpen = false;
  private suspectAbove: bigint | undefined;
  private committed: bigint | undefined;
  private closed: Promise<void> | undefined;
  private lastActivityAt = Date.now();

  constructor(private readonly options: PartitionPipelineOptions) {
    this.executor = new KeyedExecutor({ concurrency: options.concurrency });
    // Once this one has ended, the partition's fetching is its successor's, while handlers still end here.
    this.fetching = new BackpressureController(
      { pause: () => this.whileCurrent(options.pause), resume: () => this.whileCurrent(options.resume) },
      WATERMARKS,
    );
    this.fetching.pause('opening');
    this.suspectAbove = options.predecessor?.watermark.lowestUnfinished;
    this.predecessorEnded = options.predecessor?.close() ?? Promise.resolve();
  }

  get of(): TopicPartition {
    return this.options.of;
  }

  get isClosed(): boolean {
    return this.closed !== undefined;
  }

  /** What has come and is not finished; without what waits for its time, which nobody is late with. */
  get pending(): number {
    return this.executor.size - this.waiting.size;
  }

  /** When an attempt last ended, however it ended, or work came in after there was none: ms since 1970. */
  get idleSince(): number {
    return this.lastActivityAt;
  }

  get pauseReasons(): readonly PauseReason[] {
    return this.fetching.pauseReasons;
  }

  /** The next offset to commit, if it has moved since the last `markCommitted`. */
  get uncommitted(): bigint | undefined {
    const next = this.watermark.committable;
    return next === this.committed ? undefined : next;
  }

  markCommitted(offset: bigint): void {
    this.committed = offset;
  }

  /** Takes note of everything between the starting point and the end, then goes back. Resolves at once if there is nothing. */
  async readThrough(point: StartingPoint | undefined): Promise<void> {
    const { low = 0n, high = 0n } = point?.ends ?? {};
    const from = point?.committed !== undefined && point.committed > low ? point.committed : low;
    if (from >= high || this.isClosed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.reading = { from, until: high, done: resolve };
    this.suspectAbove = from;
    this.fetching.resume('opening');
    await promise;
  }

  /** From now on what comes is handled. */
  open(point: StartingPoint | undefined): void {
    this.suspectAbove = point?.committed ?? this.suspectAbove;
    this.isOpen = true;
    this.fetching.resume('opening');
  }

  /** @returns whether the batch was taken; one that was not must be fetched again */
  take(messages: readonly KafkaMessage[]): boolean {
    const isShut = this.reading === undefined && !this.isOpen;
    if (this.isClosed || isShut || this.isStale(messages)) return false;
    if (this.reading !== undefined) this.noteAll(messages, this.reading);
    else this.submitAll(messages);
    return true;
  }

  /** Starts nothing any more and resolves when the running handlers have ended. What they finished may be committed. */
  close(): Promise<void> {
    this.reading?.done();
    this.closed ??= Promise.all([this.predecessorEnded, this.executor.close()]).then(() => undefined);
    return this.closed;
  }

  /** To be called before `close`: an ended pipeline has no say in fetching. */
  stopFetching(): void {
    this.fetching.pause('closing');
  }

  /**
   * A fetch that was under way during a rebalance, or before a seek, may deliver here what lies beyond the place to begin at,
   * with everything between still unread. The first batch is therefore refused once if it starts above that place; the next
   * one comes from there, or from the oldest message that is still kept.
   */
  private isStale([first]: readonly KafkaMessage[]): boolean {
    const stale =
      first !== undefined && this.suspectAbove !== undefined && BigInt(first.offset) > this.suspectAbove;
    this.suspectAbove = undefined;
    return stale;
  }

  private noteAll(
    messages: readonly KafkaMessage[],
    { from, until, done }: NonNullable<typeof this.reading>,
  ): void {
    for (const message of messages) this.options.note(this.recordOf(message));
    if (BigInt(messages.at(-1)?.offset ?? -1) + 1n < until) return;
    this.reading = undefined;
    this.fetching.pause('opening');
    this.suspectAbove = from;
    this.options.seek(from);
    done();
  }

  private submitAll(messages: readonly KafkaMessage[]): void {
    if (this.pending === 0) this.lastActivityAt = Date.now();
    for (const message of messages) this.submit(message);
  }

  private recordOf(message: KafkaMessage): KafkaRecord {
    return { ...this.options.of, ...message, headers: message.headers ?? {} };
  }

  private submit(message: KafkaMessage): void {
    const finish = this.watermark.take(BigInt(message.offset));
    const bytes = (message.value?.length ?? 0) + (message.key?.length ?? 0);
    const release = this.fetching.hold(bytes);
    const delivery = this.options.processor.deliveryOf(this.recordOf(message), {
      parked: this.options.parked,
      isFull: () => this.pauseReasons.includes('backpressure'),
    });
    this.executor.submit(delivery.lane, async () => {
      this.noteTurnOf(delivery);
      const next = await delivery.attempt();
      if (next.kind === 'wait') {
        this.waiting.add(delivery);
        return { againInMs: next.afterMs, ...(next.sooner !== undefined && { sooner: next.sooner }) };
      }
      this.lastActivityAt = Date.now();
      this.holdWhile(delivery, next.kind === 'hold');
      if (next.kind !== 'done') return { againInMs: next.afterMs };
      finish();
      release();
      this.options.progressed();
      return undefined;
    });
  }

  /** What has waited is pending again; where nothing else is, liveness counts from now. */
  private noteTurnOf(delivery: Delivery): void {
    const wasIdle = this.pending === 0;
    if (this.waiting.delete(delivery) && wasIdle) this.lastActivityAt = Date.now();
  }

  /** While infrastructure is away the partition stands still, but for the deliveries that find out when it is back. */
  private holdWhile(delivery: Delivery, held: boolean): void {
    if (held) {
      this.holding.add(delivery);
      this.executor.suspend();
      this.fetching.pause('infrastructure');
    } else if (this.holding.size > 0) {
      // Whatever got through proves that infrastructure is back, for the others too.
      this.holding.clear();
      this.fetching.resume('infrastructure');
      this.resumeUnlessHeld();
    }
  }

  private whileCurrent(work: () => void): void {
    if (!this.isClosed) work();
  }

  private resumeUnlessHeld(): void {
    if (this.holding.size === 0 && !this.isClosed) this.executor.resume();
  }
}
