import { once } from 'node:events';
import { type Admin, type Batch, type Consumer } from 'kafkajs';
import { KafkaClient } from '../kafka/kafka-client.ts';
import { type MessagingLogger } from '../logger.ts';
import { coPartitioned } from '../retry/co-partitioned.assigner.ts';
import { type RetryRoutes } from '../retry/retry-routes.ts';
import { within } from '../time/within.ts';
import { type Generation, GenerationCommits } from './generation-commits.ts';
import { NotAMemberError } from './not-a-member.error.ts';
import { SessionStalledError } from './session-stalled.error.ts';
import { type StartingPoint } from './starting-point.ts';
import { nameOf, type TopicPartition, type TopicPartitionOffset } from './topic-partition.ts';

export interface GroupSessionOptions {
  readonly brokers: readonly string[];
  readonly groupId: string;
  readonly clientId: string;
  readonly topics: readonly string[];
  readonly fromBeginning: boolean;
  /** The retry topics are read from the beginning, regardless of `fromBeginning`: the group has read their events before. */
  readonly retryRoutes?: RetryRoutes | undefined;
  readonly logger: MessagingLogger;
}

/** Receives assignments and batches, synchronously: a batch of an assignment comes after it and before the next one. */
export interface GroupSessionListener {
  assigned(session: GroupSession, assignment: readonly TopicPartition[]): void;
  /** @returns whether the batch was accepted; a rejected batch is fetched again */
  batch(session: GroupSession, batch: Batch): boolean;
}

/**
 * kafkajs checks the heartbeat only between fetches. With these values a member detects a rebalance within about half a
 * second (with the defaults, 3 s and 5 s, every join of another member takes that long), and a killed member is replaced
 * after 10 s.
 */
const TIMING = {
  heartbeatInterval: 300,
  sessionTimeout: 10_000,
  rebalanceTimeout: 15_000,
  maxWaitTimeInMs: 250,
};
const JOIN_LIMIT_MS = 60_000;
const COMMIT_LIMIT_MS = 10_000;
const DISCONNECT_LIMIT_MS = 5_000;
const ASK_LIMIT_MS = 10_000;
/** After this time without a fetch or a join, kafkajs has lost its loop. */
const STALL_LIMIT_MS = 60_000;
/** Number of partitions whose batches kafkajs processes concurrently. It may be large: accepting a batch never waits. */
const PARTITIONS_AT_ONCE = 64;

/**
 * One membership in a consumer group: one `Kafka` instance and consumer, from the first join until the session crashes or is
 * closed. A session is never restarted: kafkajs stops for good on errors it treats as fatal (any TypeError) and on a
 * coordinator that is not available yet, so a new session replaces it.
 */
export class GroupSession {
  /** Resolves with the reason when the session has crashed. Never resolves for a closed session. */
  readonly crashed: Promise<unknown>;
  private readonly client: KafkaClient;
  private readonly consumer: Consumer;
  private admin: Promise<Admin> | undefined;
  private readonly watchdog: NodeJS.Timeout;
  private lastSignAt = Date.now();
  private readonly commits: GenerationCommits;
  /** Number of commits the broker has acknowledged. */
  private acknowledged = 0;
  private member: string | undefined;
  private crash!: (reason: unknown) => void;

  private constructor(
    private readonly options: GroupSessionOptions,
    private readonly listener: GroupSessionListener,
  ) {
    const { brokers, clientId, groupId, logger, retryRoutes } = options;
    this.client = new KafkaClient({ brokers, clientId, logger });
    this.consumer = this.client.kafka.consumer({
      groupId,
      ...TIMING,
      ...(retryRoutes !== undefined && { partitionAssigners: [coPartitioned] }),
      maxBytesPerPartition: 1_048_576,
      // Partitions that are added to a topic are detected within this time; the group is then assigned all of them.
      metadataMaxAge: 30_000,
      retry: { retries: 5, restartOnFailure: () => Promise.resolve(false) },
    });
    this.crashed = new Promise((resolve) => (this.crash = resolve));
    this.commits = new GenerationCommits({
      groupId,
      send: (offsets) => this.sendCommit(offsets),
      cutOff: (reason) => this.cutOff(reason),
      limitMs: COMMIT_LIMIT_MS,
    });
    this.watchdog = setInterval(() => this.crashWhenStalled(), 5_000);
    this.watch();
  }

  /** @throws when the group cannot be joined; all resources are released */
  static async join(
    options: GroupSessionOptions,
    listener: GroupSessionListener,
    signal: AbortSignal,
  ): Promise<GroupSession> {
    const session = new GroupSession(options, listener);
    try {
      const started = Promise.race([
        session.start(),
        once(signal, 'abort').then(() => signal.throwIfAborted()),
      ]);
      await within(JOIN_LIMIT_MS, `joining ${options.groupId}`, started);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** The id of this member in the group; known from the first assignment on. */
  get memberId(): string {
    return this.member ?? '';
  }

  pause({ topic, partition }: TopicPartition): void {
    this.whileRunning(() => this.consumer.pause([{ topic, partitions: [partition] }]));
  }

  resume({ topic, partition }: TopicPartition): void {
    this.whileRunning(() => this.consumer.resume([{ topic, partitions: [partition] }]));
  }

  /** Sets where the next fetch of the partition starts. */
  seek({ topic, partition }: TopicPartition, offset: bigint): void {
    this.whileRunning(() => this.consumer.seek({ topic, partition, offset: offset.toString() }));
  }

  /**
   * Returns where this group starts to read the partitions of topics, by `topic:partition`.
   *
   * @throws when the broker does not answer in time
   */
  startingPoints(
    topics: readonly string[],
    { withEnds }: { readonly withEnds: boolean },
  ): Promise<ReadonlyMap<string, StartingPoint>> {
    return within(ASK_LIMIT_MS, 'asking for offsets', this.askStartingPoints(topics, withEnds));
  }

  /** Returns the number of partitions of each topic. @throws when the broker does not answer in time */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return within(ASK_LIMIT_MS, 'asking for partitions', this.askPartitionCounts(topics));
  }

  /** Returns the ids of the group's current members. @throws when the broker does not answer in time */
  members(): Promise<ReadonlySet<string>> {
    return within(ASK_LIMIT_MS, 'asking for members', this.askMembers());
  }

  /** The generation of the current assignment. */
  get generation(): Generation {
    return this.commits.current;
  }

  /**
   * Commits, as the next offsets to read, what was handled in this generation. Must not be called concurrently.
   *
   * @throws when the generation, or the session, is over
   */
  commit(generation: Generation, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    return this.commits.commit(generation, offsets);
  }

  /** Ends the session like a crash: a new session replaces it. */
  abandon(reason: unknown): void {
    this.crash(reason);
  }

  /** Leaves the group, so that others get the partitions at once, and closes every socket. Idempotent, bounded in time. */
  async close(): Promise<void> {
    clearInterval(this.watchdog);
    await within(DISCONNECT_LIMIT_MS, 'leaving the group', this.consumer.disconnect()).catch(
      (error: unknown) => {
        this.options.logger.debug(
          { err: error },
          'leaving the group failed; the broker removes this member later',
        );
      },
    );
    await this.admin?.then((admin) => admin.disconnect()).catch(() => undefined);
    this.client.destroy();
  }

  private async sendCommit(offsets: readonly TopicPartitionOffset[]): Promise<void> {
    const before = this.acknowledged;
    await this.consumer.commitOffsets([...offsets]);
    // A stopped kafkajs consumer skips commits, and resolves all the same.
    if (this.acknowledged === before) throw new NotAMemberError(this.options.groupId);
  }

  /** Ends the session without leaving the group: a commit that kafkajs resends by itself finds no connection any more. */
  private cutOff(reason: Error): void {
    this.client.destroy();
    this.crash(reason);
  }

  private async askStartingPoints(
    topics: readonly string[],
    withEnds: boolean,
  ): Promise<ReadonlyMap<string, StartingPoint>> {
    const admin = await this.connectAdmin();
    const ends = new Map<string, NonNullable<StartingPoint['ends']>>();
    await Promise.all(
      (withEnds ? topics : []).map(async (topic) => {
        for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
          ends.set(nameOf({ topic, partition }), { low: BigInt(low), high: BigInt(high) });
      }),
    );
    const { groupId } = this.options;
    const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
    return new Map(
      committed.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset, metadata }) => {
          const name = nameOf({ topic, partition });
          const known = BigInt(offset) >= 0n ? BigInt(offset) : undefined;
          const point: StartingPoint = {
            committed: known,
            from: known ?? this.beginningOf(topic, ends.get(name)),
            metadata: metadata ?? undefined,
            ends: ends.get(name),
          };
          return [name, point];
        }),
      ),
    );
  }

  private beginningOf(topic: string, ends: StartingPoint['ends']): bigint | undefined {
    const { fromBeginning, retryRoutes } = this.options;
    const withOldest = fromBeginning || retryRoutes?.topics.includes(topic) === true;
    return withOldest ? ends?.low : ends?.high;
  }

  private async askPartitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const admin = await this.connectAdmin();
    const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
    return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
  }

  private async askMembers(): Promise<ReadonlySet<string>> {
    const admin = await this.connectAdmin();
    const { groups } = await admin.describeGroups([this.options.groupId]);
    return new Set(groups.flatMap(({ members }) => members.map(({ memberId }) => memberId)));
  }

  /** Connects on the first call, and again after a failure. */
  private connectAdmin(): Promise<Admin> {
    this.admin ??= (async () => {
      const admin = this.client.kafka.admin();
      await admin.connect();
      return admin;
    })();
    this.admin.catch(() => (this.admin = undefined));
    return this.admin;
  }

  private async start(): Promise<void> {
    const { topics, fromBeginning, retryRoutes } = this.options;
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...topics], fromBeginning });
    if (retryRoutes !== undefined)
      await this.consumer.subscribe({ topics: retryRoutes.topics, fromBeginning: true });
    const running = this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: ({ batch, resolveOffset }) => {
        // Resolving only moves the fetch position; the committed offset is the watermark of the handled messages.
        if (this.listener.batch(this, batch))
          resolveOffset(batch.messages.at(-1)?.offset ?? batch.lastOffset());
        return Promise.resolve();
      },
    });
    // kafkajs resolves `run` even when the first join failed; the crash event reports the failure.
    const reason = await Promise.race([
      running.then(() => undefined),
      this.crashed.then((error) => ({ error })),
    ]);
    if (reason !== undefined) throw reason.error;
  }

  private watch(): void {
    const { COMMIT_OFFSETS, CRASH, GROUP_JOIN, FETCH_START, HEARTBEAT } = this.consumer.events;
    this.consumer.on(COMMIT_OFFSETS, () => (this.acknowledged += 1));
    this.consumer.on(CRASH, ({ payload }) => this.crash(payload.error));
    for (const event of [FETCH_START, HEARTBEAT, GROUP_JOIN]) {
      this.consumer.on(event as typeof FETCH_START, () => {
        this.lastSignAt = Date.now();
      });
    }
    this.consumer.on(GROUP_JOIN, ({ payload }) => {
      const assignment = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      );
      // In kafkajs a paused partition stays paused over a rebalance, but the pipelines that paused it have ended with it.
      this.whileRunning(() => this.consumer.resume(this.consumer.paused()));
      if (!this.commits.beginGeneration()) return;
      this.member = payload.memberId;
      this.listener.assigned(this, assignment);
    });
  }

  private crashWhenStalled(): void {
    const silentMs = Date.now() - this.lastSignAt;
    if (silentMs > STALL_LIMIT_MS) this.crash(new SessionStalledError(this.options.groupId, silentMs));
  }

  /** Ignores errors: kafkajs throws when asked to pause, resume or seek before it has joined or after it has stopped. */
  private whileRunning(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.options.logger.debug({ err: error }, 'the consumer is not running; the request is ignored');
    }
  }
}
