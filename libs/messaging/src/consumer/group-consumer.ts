import { once } from 'node:events';
import { Backoff } from '@groundwork/dlq';
import { type Batch } from 'kafkajs';
import { type PartitionFence } from '../fence/partition-fence.ts';
import { type ConsumerPauses } from '../pauses/consumer-pauses.ts';
import { PauseWatch } from '../pauses/pause-watch.ts';
import { pause } from '../time/pause.ts';
import { within } from '../time/within.ts';
import { type ConsumerMetrics } from './consumer-metrics.ts';
import { ParkedKeys } from '../retry/parked-keys.ts';
import { RetryPartitionsError } from '../retry/retry-partitions.error.ts';
import { withoutRetryPartitions, type WithoutRetryPartitions } from '../retry/without-retry-partitions.ts';
import { StartedAttempts } from '../started-attempts/started-attempts.ts';
import { type Generation } from './generation-commits.ts';
import { GroupSession, type GroupSessionListener, type GroupSessionOptions } from './group-session.ts';
import { OffsetCommitter } from './offset-committer.ts';
import { openPartitions } from './open-partitions.ts';
import { PartitionPipeline, type PartitionPipelineOptions } from './partition-pipeline.ts';
import { type RecordProcessor } from './record-processor.ts';
import { nameOf, type TopicPartition } from './topic-partition.ts';

export interface GroupConsumerOptions extends GroupSessionOptions {
  readonly processor: RecordProcessor;
  readonly metrics: ConsumerMetrics;
  /** Number of messages of different keys that are handled concurrently, for each partition. */
  readonly concurrency: number;
  /** Fences effects by claims of partitions. */
  readonly fence?: PartitionFence | undefined;
  /** Number of counted process deaths after which an event becomes a dead letter. */
  readonly maxDeaths: number;
  /** How long a handler may run before its signal is aborted. */
  readonly handlerTimeoutMs: number;
  /** How many later messages of a partition may be handled while an earlier one is unfinished. */
  readonly maxGap: number;
  /** The store of the operators' pauses. */
  readonly pauses?: ConsumerPauses | undefined;
  /** How long `stop` waits for running handlers. */
  readonly drainLimitMs: number;
}

/** What a pipeline gets from its assignment. */
interface Assigned extends Pick<PartitionPipelineOptions, 'predecessor' | 'parked' | 'partitions'> {
  readonly session: GroupSession;
}

/**
 * A lasting member of a consumer group. It joins, passes batches to the pipelines of its partitions and commits the offsets
 * that they have finished. When its session ends, for any reason, it joins again with a new Kafka instance.
 */
export class GroupConsumer implements GroupSessionListener {
  private readonly stopping = new AbortController();
  private readonly committer: OffsetCommitter;
  private readonly pauses: PauseWatch | undefined;
  private readonly backoff = new Backoff({ firstMs: 200, factor: 2, maxMs: 3_000, jitter: 0.3 });
  /** The member ids that this process has, or had, in its group. */
  private readonly selves = new Set<string>();
  private pipelines: ReadonlyMap<string, PartitionPipeline> = new Map();
  /** Pipelines of earlier assignments whose handlers still run. */
  private readonly ending = new Set<PartitionPipeline>();
  private session: GroupSession | undefined;
  /** The generation of the session in which the pipelines were assigned. */
  private generation: Generation = 0;
  private partitionsError: RetryPartitionsError | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly options: GroupConsumerOptions) {
    this.committer = new OffsetCommitter(
      options.logger,
      () => ({ session: this.session, generation: this.generation, pipelines: this.pipelines }),
      options.fence,
    );
    const { groupId, logger, pauses } = options;
    const answered = () => this.obeyOperators(this.pipelines.values());
    this.pauses = pauses && new PauseWatch({ groupId, pauses, logger, answered });
  }

  get isMember(): boolean {
    return this.session !== undefined;
  }

  /** The reason why some of its partitions are not handled. */
  get refusal(): RetryPartitionsError | undefined {
    return this.partitionsError;
  }

  /** Whether it has read the pauses. Until then it handles nothing. */
  get knowsPauses(): boolean {
    return this.pauses?.hasAnswer ?? true;
  }

  /** The topics it reads: those of its events, and the retry topics of its group. */
  get topics(): readonly string[] {
    return [...this.options.topics, ...(this.options.retryRoutes?.topics ?? [])];
  }

  /** The assigned partitions, by `topic:partition`. */
  get partitions(): ReadonlyMap<string, PartitionPipeline> {
    return this.pipelines;
  }

  /** The partitions in progress, by `topic:partition`: those assigned, and earlier ones whose handlers still run. */
  get underWay(): readonly (readonly [name: string, pipeline: PartitionPipeline])[] {
    return [...this.ending, ...this.pipelines.values()].map((pipeline) => [nameOf(pipeline.of), pipeline]);
  }

  start(): void {
    this.pauses?.start();
    this.running ??= this.run();
  }

  /** Stops fetching, drains running handlers, commits finished offsets and leaves the group. Bounded in time, idempotent. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.pauses?.stop();
    for (const pipeline of this.pipelines.values()) pipeline.stopFetching();
    await within(this.options.drainLimitMs, 'draining', this.closePipelines()).catch((error: unknown) => {
      this.options.logger.warn({ err: error }, 'handlers still run; their events will be redelivered');
    });
    await this.committer.close();
    await this.session?.close();
    this.session = undefined;
    await this.running;
  }

  assigned(session: GroupSession, assignment: readonly TopicPartition[]): void {
    if (this.stopping.signal.aborted) {
      // Offsets of draining handlers must not be committed any more. The remaining members get all partitions at once.
      void session.close();
      return;
    }
    const predecessors = this.pipelines;
    // Handlers of the earlier assignment end by themselves; their offsets are not committed any more.
    for (const pipeline of predecessors.values()) void this.end(pipeline);
    this.session = session;
    this.generation = session.generation;
    this.selves.add(session.memberId);
    const parked = new Map(assignment.map(({ partition }) => [partition, new ParkedKeys()]));
    this.pipelines = new Map(
      assignment.map((of) => [
        nameOf(of),
        this.pipelineOf(of, {
          session,
          predecessor: predecessors.get(nameOf(of)),
          parked: parked.get(of.partition) as ParkedKeys,
          partitions: assignment.length,
        }),
      ]),
    );
    void this.openAllowed(session, assignment);
    this.options.logger.info(
      { groupId: this.options.groupId, partitions: [...this.pipelines.keys()] },
      'joined the consumer group',
    );
  }

  batch(session: GroupSession, { topic, partition, messages }: Batch): boolean {
    if (session !== this.session) return false;
    return this.pipelines.get(nameOf({ topic, partition }))?.take(messages) ?? false;
  }

  /** Opens the partitions whose number all retry topics have: an event that fails in another one could not be moved. */
  private openAllowed(session: GroupSession, assignment: readonly TopicPartition[]): Promise<void> {
    const found = withoutRetryPartitions(assignment, this.options.retryRoutes?.topics ?? []);
    const refused = new Set(found.refused.map(nameOf));
    this.partitionsError = undefined;
    if (refused.size > 0) void this.report(session, found);
    return this.open(
      session,
      [...this.pipelines.values()].filter(({ of }) => !refused.has(nameOf(of))),
    );
  }

  private async report(session: GroupSession, { refused, tooSmall }: WithoutRetryPartitions): Promise<void> {
    const { groupId, logger } = this.options;
    const { generation } = this;
    const topics = [...new Set(refused.map(({ topic }) => topic)), ...tooSmall];
    const errorWith = (counts: ReadonlyMap<string, number>) =>
      new RetryPartitionsError(groupId, refused.map(nameOf), counts, tooSmall);
    this.partitionsError = errorWith(new Map());
    const counts = await session.partitionCounts(topics).catch(() => new Map<string, number>());
    if (session !== this.session || generation !== this.generation) return;
    this.partitionsError = errorWith(counts);
    logger.error(
      { groupId, err: this.partitionsError },
      'partitions are not handled: the retry topics have too few partitions',
    );
  }

  private async open(session: GroupSession, pipelines: readonly PartitionPipeline[]): Promise<void> {
    await this.pauses?.known();
    this.obeyOperators(pipelines);
    await openPartitions({
      session,
      groupId: this.options.groupId,
      isOneself: (member) => this.selves.has(member),
      fence: this.options.fence,
      metrics: this.options.metrics,
      pipelines,
      mustBeKnown: (topic) => this.options.retryRoutes?.mustBeKnown(topic) ?? false,
      logger: this.options.logger,
    });
  }

  private obeyOperators(pipelines: Iterable<PartitionPipeline>): void {
    for (const pipeline of pipelines) pipeline.setPaused(this.pauses?.isPaused(pipeline.of.topic) ?? false);
  }

  private pipelineOf(of: TopicPartition, { session, parked, ...options }: Assigned): PartitionPipeline {
    return new PartitionPipeline({
      ...options,
      of,
      processor: this.options.processor,
      parked,
      concurrency: this.options.concurrency,
      handlerTimeoutMs: this.options.handlerTimeoutMs,
      maxGap: this.options.maxGap,
      pause: () => session.pause(of),
      resume: () => session.resume(of),
      takesBatches:
        this.options.processor.takesBatches && this.options.retryRoutes?.allowsBatches(of.topic) !== false,
      lost: (error) => session.abandon(error),
      seek: (offset) => session.seek(of, offset),
      note: (record) => this.options.retryRoutes?.note(record, parked),
      starts: new StartedAttempts({
        owner: session.memberId,
        maxDeaths: this.options.maxDeaths,
        changed: () => this.committer.now(),
      }),
      progressed: () => this.committer.soon(),
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted;) {
      const reason = await this.joinAndServe(signal, () => (failures = 0));
      if (signal.aborted) return;
      failures += 1;
      this.options.metrics.restarted(this.options.groupId);
      const delayMs = this.backoff.delayMs(failures);
      this.options.logger.warn(
        { err: reason, groupId: this.options.groupId, delayMs },
        'the consumer session ended; joining again',
      );
      await pause(delayMs, signal);
    }
  }

  /** @returns why the session ended */
  private async joinAndServe(signal: AbortSignal, onJoined: () => void): Promise<unknown> {
    try {
      const session = await GroupSession.join(this.options, this, signal);
      onJoined();
      const reason = await Promise.race([session.crashed, aborted(signal)]);
      if (signal.aborted) return undefined;
      this.session = undefined;
      void this.closePipelines();
      await session.close();
      return reason;
    } catch (error) {
      if (!signal.aborted) this.session = undefined;
      return error;
    }
  }

  private async closePipelines(): Promise<void> {
    await Promise.all([...this.pipelines.values()].map((pipeline) => this.end(pipeline)));
  }

  private async end(pipeline: PartitionPipeline): Promise<void> {
    this.ending.add(pipeline);
    await pipeline.close();
    this.ending.delete(pipeline);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
