import { BackpressureController, type Load } from '@groundwork/flow-control';
import { type KafkaMessage } from 'kafkajs';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type PartitionClaim } from '../fence/partition-fence.ts';
import { decodeNotes } from '../started-attempts/attempt-notes.ts';
import { PartitionWork, type PartitionWorkOptions } from './partition-work.ts';
import { type StartingPoint } from './starting-point.ts';
import { type TopicPartition } from './topic-partition.ts';
import { watermarksOf } from './watermarks.ts';

type OwnReason = 'opening' | 'infrastructure' | 'gap' | 'operator' | 'closing';
export type PauseReason = OwnReason | 'backpressure';

export interface PartitionPipelineOptions extends PartitionWorkOptions {
  /** Stops and restarts fetching this partition. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Sets the offset at which the next fetch starts. */
  readonly seek: (offset: bigint) => void;
  /** Registers a waiting message before its partition number is handled. */
  readonly note: (record: KafkaRecord) => void;
  /** How many partitions are assigned to this process: they share its memory. */
  readonly partitions: number;
  /** The pipeline of this partition in the previous generation of this process. */
  readonly predecessor: PartitionPipeline | undefined;
}

/** What is committed: an offset, the notes stored with it, and the version of the notes. */
export interface Commitment {
  readonly offset: bigint;
  /** Whether the offset has changed, and not only the notes. */
  readonly hasMoved: boolean;
  readonly metadata: string;
  readonly version: number;
}

/** How a partition is taken over. */
export interface TakeOver {
  /** The claim under which effects count, where effects are fenced. */
  readonly claim?: PartitionClaim | undefined;
  /** Whether the previous owner died: it did not shut down cleanly and is no longer a member of the group. */
  readonly ownerDied: boolean;
}

/**
 * One partition while it is assigned to this process. It accepts batches at once, so that a slow key does not delay the
 * fetch loop, the heartbeat or another partition. It handles keys concurrently and knows what may be committed.
 *
 *     shut ── readThrough ──▶ reading through ── at the end ──▶ shut
 *      └── open ──▶ open ── close ──▶ closed (running handlers end)
 *
 * A rebalance ends the pipeline, and kafkajs reads again from the committed offset, even if this process keeps the
 * partition. The successor is opened when the handlers that still run here have ended: a key is never handled twice at once.
 */
export class PartitionPipeline {
  private readonly options: Omit<PartitionPipelineOptions, 'predecessor'>;
  private readonly fetching: BackpressureController<OwnReason>;
  private readonly work: PartitionWork;
  /** Resolves when the handlers of the previous generation have ended. */
  readonly predecessorEnded: Promise<void>;
  private reading: { readonly until: bigint; readonly done: () => void } | undefined;
  private isOpen = false;
  private paused = false;
  private suspectAbove: bigint | undefined;
  private from: bigint | undefined;
  private committed: { readonly offset: bigint | undefined; readonly metadata: string } | undefined;
  private closed: Promise<void> | undefined;

  constructor({ predecessor, ...options }: PartitionPipelineOptions) {
    // Without the predecessor: otherwise each pipeline would keep all earlier ones in memory.
    this.options = options;
    // Once this pipeline has ended, its successor controls fetching, even while handlers still run here.
    this.fetching = new BackpressureController(
      { pause: () => this.whileCurrent(options.pause), resume: () => this.whileCurrent(options.resume) },
      watermarksOf(options),
    );
    this.work = new PartitionWork(options, this.fetching);
    this.fetching.pause('opening');
    this.suspectAbove = predecessor?.work.watermark.lowestUnfinished;
    this.predecessorEnded = predecessor?.close() ?? Promise.resolve();
  }

  get of(): TopicPartition {
    return this.options.of;
  }

  get isClosed(): boolean {
    return this.closed !== undefined;
  }

  /** Whether an operator has paused the partition; false once the pipeline has ended. */
  get isPaused(): boolean {
    return this.paused && !this.isClosed;
  }

  /** Number of unfinished messages, without those that wait until they are due. */
  get pending(): number {
    return this.work.pending;
  }

  /** When an attempt last ended, with any outcome, or work arrived after there was none: ms since 1970. */
  get idleSince(): number {
    return this.work.idleSince;
  }

  /** Start of the longest-running attempt, in a handler or a dead letter sink: ms since 1970; undefined while none runs. */
  get oldestAttemptSince(): number | undefined {
    return this.work.oldestAttemptSince;
  }

  get pauseReasons(): readonly PauseReason[] {
    return this.fetching.pauseReasons;
  }

  /** The load that counts against the watermarks: all unfinished messages. */
  get load(): Load {
    return this.fetching.load;
  }

  /** The claim under which effects of its events count; undefined where they are not fenced, and before it is opened. */
  get claim(): PartitionClaim | undefined {
    return this.work.claim;
  }

  /** The next offset to commit, with notes, if either has changed since the last `markCommitted`. */
  get uncommitted(): Commitment | undefined {
    const { watermark, starts } = this.work;
    const offset = watermark.committable ?? this.from ?? watermark.lowestUnfinished;
    if (offset === undefined) return undefined;
    const { text: metadata, version, isStored } = starts.notes;
    const hasMoved = offset !== this.committed?.offset;
    if (!hasMoved && isStored && metadata === this.committed?.metadata) return undefined;
    return { offset, hasMoved, metadata, version };
  }

  markCommitted({ offset, metadata, version }: Commitment): void {
    this.committed = { offset, metadata };
    this.work.starts.stored(version, offset);
  }

  /** Registers where reading of this topic starts, before its events on the retry topics are read through. */
  announceStart(point: StartingPoint | undefined): void {
    if (point?.from === undefined) return;
    this.options.parked.beginAt(this.of.topic, later(point.from, point.ends?.low ?? 0n));
  }

  /** Registers all messages from the starting point to the end; `open` seeks back. Resolves at once if there are none. */
  async readThrough(point: StartingPoint | undefined): Promise<void> {
    const { low = 0n, high = 0n } = point?.ends ?? {};
    if (later(point?.from ?? low, low) >= high || this.isClosed) return;
    this.beginAt(point);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.reading = { until: high, done: resolve };
    this.fetching.resume('opening');
    await promise;
  }

  /** Starts to handle messages. Does nothing when the assignment has ended meanwhile. */
  open(point: StartingPoint | undefined, { claim, ownerDied }: TakeOver): void {
    if (this.isClosed) return;
    this.work.claim = claim;
    this.inherit(point, ownerDied);
    this.beginAt(point);
    this.isOpen = true;
    this.obeyOperator();
    this.fetching.resume('opening');
  }

  /**
   * Applies or ends an operator's pause. While paused, nothing is fetched or started; running handlers end and are
   * committed. May be called at any time, and repeatedly. Messages that must be known before the first event (`readThrough`)
   * are still read, because that handles nothing.
   */
  setPaused(isPaused: boolean): void {
    if (isPaused === this.paused || this.isClosed) return;
    this.paused = isPaused;
    if (this.isOpen) this.obeyOperator();
  }

  /** @returns whether the batch was accepted; a rejected batch must be fetched again */
  take(messages: readonly KafkaMessage[]): boolean {
    const isShut = this.reading === undefined && !this.isOpen;
    if (this.isClosed || isShut || this.isStale(messages)) return false;
    if (this.reading !== undefined) this.noteAll(messages, this.reading);
    else this.work.add(messages);
    return true;
  }

  /** Starts no further work and resolves when the running handlers have ended. What they finished may be committed. */
  close(): Promise<void> {
    this.reading?.done();
    this.closed ??= Promise.all([this.predecessorEnded, this.work.close()]).then(() =>
      this.work.starts.end(),
    );
    return this.closed;
  }

  /** Stops fetching for good. Must be called before `close`: an ended pipeline no longer controls fetching. */
  stopFetching(): void {
    this.fetching.pause('closing');
  }

  /**
   * A fetch that was in flight during a rebalance, or before a seek, may deliver messages from beyond the starting offset,
   * while everything in between is still unread. Therefore the first batch is rejected once if it starts above that offset.
   * The next batch comes from there, or from the oldest message that is still kept.
   */
  private isStale([first]: readonly KafkaMessage[]): boolean {
    if (first === undefined) return false;
    const { suspectAbove } = this;
    this.suspectAbove = undefined;
    return suspectAbove !== undefined && BigInt(first.offset) > suspectAbove;
  }

  private inherit(point: StartingPoint | undefined, ownerDied: boolean): void {
    if (point?.from === undefined) return;
    this.from = point.from;
    const { committed, metadata = '', ends } = point;
    this.committed = { offset: committed, metadata };
    const notes = decodeNotes(metadata);
    this.work.starts.inherit({ notes, ownerDied, end: ends?.high ?? point.from }, point.from);
  }

  private obeyOperator(): void {
    this.work.setPaused(this.paused);
    if (this.paused) this.fetching.pause('operator');
    else this.fetching.resume('operator');
  }

  private beginAt(point: StartingPoint | undefined): void {
    if (point?.from === undefined) return;
    const from = later(point.from, point.ends?.low ?? 0n);
    this.suspectAbove = from;
    // Even to where kafkajs would start anyway: a pending seek of an earlier assignment would otherwise still apply.
    this.options.seek(from);
  }

  private noteAll(
    messages: readonly KafkaMessage[],
    { until, done }: NonNullable<typeof this.reading>,
  ): void {
    for (const message of messages) this.options.note(this.work.recordOf(message));
    if (BigInt(messages.at(-1)?.offset ?? -1) + 1n < until) return;
    this.reading = undefined;
    this.fetching.pause('opening');
    done();
  }

  private whileCurrent(work: () => void): void {
    if (!this.isClosed) work();
  }
}

/** Returns where reading starts: messages before `low` are no longer kept. */
function later(from: bigint, low: bigint): bigint {
  return from > low ? from : low;
}
