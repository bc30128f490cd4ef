import { type PartitionFence } from '../fence/partition-fence.ts';
import { type MessagingLogger } from '../logger.ts';
import { within } from '../time/within.ts';
import { type Generation } from './generation-commits.ts';
import { type GroupSession } from './group-session.ts';
import { type Commitment, type PartitionPipeline } from './partition-pipeline.ts';
import { type TopicPartitionOffset } from './topic-partition.ts';

export interface Committable {
  readonly session: Pick<GroupSession, 'commit'> | undefined;
  /** The generation in which the pipelines were assigned. */
  readonly generation: Generation;
  readonly pipelines: ReadonlyMap<string, PartitionPipeline>;
}

const INTERVAL_MS = 100;
const RETRY_MS = 1_000;
/** The longest delay of a commit by a hanging database. Offsets that it has not stored are stored with the next commit. */
const NOTE_LIMIT_MS = 5_000;

/**
 * Commits the offsets that the current pipelines have finished, at most every 100 ms and one commit at a time: a commit that
 * overtook another would move the offset back. While a commit is slow, a single further commit waits, which covers
 * everything that is finished meanwhile. A failed commit is retried while the assignment lasts. Where effects are fenced,
 * the database stores the offsets too.
 */
export class OffsetCommitter {
  private timer: NodeJS.Timeout | undefined;
  private running = Promise.resolve();
  private queued: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly logger: MessagingLogger,
    private readonly current: () => Committable,
    private readonly fence?: PartitionFence,
    private readonly noteLimitMs = NOTE_LIMIT_MS,
  ) {}

  soon(delayMs: number = INTERVAL_MS): void {
    if (this.closed || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.commit();
    }, delayMs);
  }

  /** Commits without delay: an event waits until its notes are stored. */
  now(): void {
    if (!this.closed) void this.commit();
  }

  /** Commits a last time. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.commit();
  }

  private commit(): Promise<void> {
    this.queued ??= this.running.then(() => {
      this.queued = undefined;
      this.running = this.commitFinished();
      return this.running;
    });
    return this.queued;
  }

  private async commitFinished(): Promise<void> {
    const { session, generation, pipelines } = this.current();
    const finished = [...pipelines.values()].flatMap((pipeline) => {
      const commitment = pipeline.uncommitted;
      return commitment === undefined ? [] : [{ pipeline, commitment }];
    });
    if (session === undefined || finished.length === 0) return;
    await this.noteInDatabase(finished);
    try {
      await session.commit(generation, finished.map(toOffset));
      for (const { pipeline, commitment } of finished) pipeline.markCommitted(commitment);
    } catch (error) {
      // After a rebalance these pipelines are no longer current, and the new ones have nothing to commit yet.
      this.logger.debug({ err: error }, 'offsets could not be committed; retrying');
      this.soon(RETRY_MS);
    }
  }

  /** Stores the offsets that batches have not stored in their transactions. After a failure the next commit stores them. */
  private async noteInDatabase(finished: readonly Finished[]): Promise<void> {
    const progress = finished.flatMap(({ pipeline: { claim }, commitment: { offset, hasMoved } }) =>
      claim === undefined || !hasMoved ? [] : [{ claim, nextOffset: offset }],
    );
    if (progress.length === 0) return;
    const noted = this.fence?.advance(progress) ?? Promise.resolve();
    await within(this.noteLimitMs, 'storing offsets', noted).catch((error: unknown) => {
      this.logger.debug(
        { err: error },
        'offsets could not be stored in the database; the next commit retries',
      );
    });
  }
}

interface Finished {
  readonly pipeline: PartitionPipeline;
  readonly commitment: Commitment;
}

function toOffset({ pipeline, commitment: { offset, metadata } }: Finished): TopicPartitionOffset {
  return { ...pipeline.of, offset: offset.toString(), metadata };
}
