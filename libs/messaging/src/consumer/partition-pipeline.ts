import { BackpressureController, type Load } from '@groundwork/flow-control';
import { type KafkaMessage } from 'kafkajs';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type PartitionClaim } from '../fence/partition-fence.ts';
import { decodeNotes } from '../started-attempts/attempt-notes.ts';
import { PartitionWork, type PartitionWorkOptions } from './partition-work.ts';
import { type StartingPoint } from './starting-point.ts';
import { type TopicPartition } from './topic-partition.ts';

type OwnReason = 'opening' | 'infrastructure' | 'gap' | 'operator' | 'closing';
export type PauseReason = OwnReason | 'backpressure';

export interface PartitionPipelineOptions extends PartitionWorkOptions {
  /** Stops and restarts fetching this partition. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Moves the place where the next fetch begins. */
  readonly seek: (offset: bigint) => void;
  /** Takes note of a message before its partition number is handled. */
  readonly note: (record: KafkaRecord) => void;
  /** What this process had of the partition in the generation before. */
  readonly predecessor: PartitionPipeline | undefined;
}

const WATERMARKS = {
  high: { items: 1_000, bytes: 4 * 1_024 * 1_024 },
  low: { items: 250, bytes: 1_024 * 1_024 },
};
/** Batches take thousands of small messages in a moment: several fetches of 1 MiB, which are a multiple of that in memory. */
const WATERMARKS_OF_BATCHES = {
  high: { items: 50_000, bytes: 32 * 1_024 * 1_024 },
  low: { items: 12_500, bytes: 8 * 1_024 * 1_024 },
};

/** What is committed: an offset, the notes beside it, and as what these are confirmed. */
export interface Commitment {
  readonly offset: bigint;
  /** Not only the notes have changed. */
  readonly hasMoved: boolean;
  readonly metadata: string;
  readonly version: number;
}

/** How a partition is taken over. */
export interface TakeOver {
  /** Under which effects count, where they are fenced. */
  readonly claim?: PartitionClaim | undefined;
  /** The owner before has neither ended in order nor is it a member of the group any more. */
  readonly ownerDied: boolean;
}

/**
 * One partition while it is assigned to this process: takes batches at once (so that a slow key holds up neither the fetch
 * loop, nor the heartbeat, nor another partition), handles keys beside each other and knows what may be committed.
 *
 *     shut ── readThrough ──▶ reading through ── at the end ──▶ shut
 *      └── open ──▶ open ── close ──▶ closed (running handlers end)
 *
 * A rebalance ends the pipeline, and kafkajs reads again from the committed offset, whether or not the partition stays.
 * Then the successor is opened when the handlers that still run here have ended: a key is never handled twice at once.
 */
export class PartitionPipeline {
  private readonly options: Omit<PartitionPipelineOptions, 'predecessor'>;
  private readonly fetching: BackpressureController<OwnReason>;
  private readonly work: PartitionWork;
  /** When the handlers of the generation before have ended. */
  readonly predecessorEnded: Promise<void>;
  private reading: { readonly until: bigint; readonly done: () => void } | undefined;
  private isOpen = false;
  private paused = false;
  private suspectAbove: bigint | undefined;
  private from: bigint | undefined;
  private committed: { readonly offset: bigint; readonly metadata: string } | undefined;
  private closed: Promise<void> | undefined;

  constructor({ predecessor, ...options }: PartitionPipelineOptions) {
    // Without the predecessor: each would keep all those before it.
    this.options = options;
    // Once this one has ended, the partition's fetching is its successor's, while handlers still end here.
    this.fetching = new BackpressureController(
      { pause: () => this.whileCurrent(options.pause), resume: () => this.whileCurrent(options.resume) },
      options.takesBatches ? WATERMARKS_OF_BATCHES : WATERMARKS,
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

  /** Whether an operator wants it to stand still; what has ended is not asked to any more. */
  get isPaused(): boolean {
    return this.paused && !this.isClosed;
  }

  /** What has come and is not finished; without what waits for its time, which nobody is late with. */
  get pending(): number {
    return this.work.pending;
  }

  /** When an attempt last ended, however it ended, or work came in after there was none: ms since 1970. */
  get idleSince(): number {
    return this.work.idleSince;
  }

  /** When the attempt began that has run longest, wherever it hangs: ms since 1970; undefined while none runs. */
  get oldestAttemptSince(): number | undefined {
    return this.work.oldestAttemptSince;
  }

  get pauseReasons(): readonly PauseReason[] {
    return this.fetching.pauseReasons;
  }

  /** What is held against the watermarks: everything that has come and is not finished. */
  get load(): Load {
    return this.fetching.load;
  }

  /** Under which effects of its events count; undefined where they are not fenced, and before it is opened. */
  get claim(): PartitionClaim | undefined {
    return this.work.claim;
  }

  /** The next offset to commit, with notes, if either has changed since the last `markCommitted`. */
  get uncommitted(): Commitment | undefined {
    if (!this.isOpen) return undefined;
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

  /** Makes known where events of this topic begin, before what waits of them on other topics is read through. */
  announceStart(point: StartingPoint | undefined): void {
    if (point?.from === undefined) return;
    this.options.parked.beginAt(this.of.topic, later(point.from, point.ends?.low ?? 0n));
  }

  /** Takes note of everything between the starting point and the end; `open` goes back. Resolves at once if there is nothing. */
  async readThrough(point: StartingPoint | undefined): Promise<void> {
    const { low = 0n, high = 0n } = point?.ends ?? {};
    if (later(point?.from, low) >= high || this.isClosed) return;
    this.beginAt(point);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.reading = { until: high, done: resolve };
    this.fetching.resume('opening');
    await promise;
  }

  /** From now on what comes is handled. Nothing happens where the assignment has ended meanwhile. */
  open(point: StartingPoint | undefined, { claim, ownerDied }: TakeOver = { ownerDied: false }): void {
    if (this.isClosed) return;
    this.work.claim = claim;
    this.inherit(point, ownerDied);
    this.beginAt(point);
    this.isOpen = true;
    if (this.paused) this.obeyOperator();
    this.fetching.resume('opening');
  }

  /**
   * What an operator wants: paused, nothing is fetched and nothing started; what runs ends and is committed. May be called at
   * any time, and again. What must be known before the first event (`readThrough`) is read all the same: that handles nothing.
   */
  setPaused(isPaused: boolean): void {
    if (isPaused === this.paused || this.isClosed) return;
    this.paused = isPaused;
    if (this.isOpen) this.obeyOperator();
  }

  /** @returns whether the batch was taken; one that was not must be fetched again */
  take(messages: readonly KafkaMessage[]): boolean {
    const isShut = this.reading === undefined && !this.isOpen;
    if (this.isClosed || isShut || this.isStale(messages)) return false;
    if (this.reading !== undefined) this.noteAll(messages, this.reading);
    else this.work.add(messages);
    return true;
  }

  /** Starts nothing any more and resolves when the running handlers have ended. What they finished may be committed. */
  close(): Promise<void> {
    this.reading?.done();
    this.closed ??= Promise.all([this.predecessorEnded, this.work.close()]).then(() =>
      this.work.starts.end(),
    );
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

  private inherit(point: StartingPoint | undefined, ownerDied: boolean): void {
    if (point?.from === undefined) return;
    this.from = point.from;
    const { committed, metadata = '', ends } = point;
    if (committed !== undefined) this.committed = { offset: committed, metadata };
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
    // Also to where kafkajs would begin anyway: a seek of an earlier assignment that it never came to do is still in its way.
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

/** Where reading begins: what lies before `low` is not kept any more. */
function later(from: bigint | undefined, low: bigint): bigint {
  return from !== undefined && from > low ? from : low;
}
