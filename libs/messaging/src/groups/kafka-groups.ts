import kafkajs, { type Admin, type GroupDescription } from 'kafkajs';
import { KafkaClient, type KafkaClientOptions } from '../kafka/kafka-client.ts';
import { pause } from '../time/pause.ts';
import { within } from '../time/within.ts';
import { BrokerUnavailableError } from './broker-unavailable.error.ts';
import { lagOf, type PartitionOffsets } from './lag.ts';

export interface GroupQuestion {
  readonly group: string;
  /** Whether it starts with the oldest event: then partitions without a committed offset count as lag, too. */
  readonly fromBeginning: boolean;
  /** The topics it reads, where they are known. The topics of its members and its offsets are added. */
  readonly topics?: readonly string[];
}

export interface GroupStanding {
  readonly group: string;
  readonly state: 'stable' | 'rebalancing' | 'empty' | 'unknown';
  readonly members: number;
  readonly topics: readonly TopicStanding[];
}

export interface TopicStanding {
  readonly topic: string;
  readonly partitions: readonly PartitionStanding[];
}

export interface PartitionStanding extends PartitionOffsets {
  readonly partition: number;
  readonly lag: bigint;
}

type Ends = ReadonlyMap<number, Pick<PartitionOffsets, 'low' | 'end'>>;
type Committed = ReadonlyMap<number, bigint>;

const ASK_LIMIT_MS = 5_000;
const AGAIN_MS = 200;
const STATES: Readonly<Record<GroupDescription['state'], GroupStanding['state']>> = {
  Stable: 'stable',
  PreparingRebalance: 'rebalancing',
  CompletingRebalance: 'rebalancing',
  Empty: 'empty',
  Dead: 'unknown',
  Unknown: 'unknown',
};

/**
 * Queries the broker about consumer groups. Connects on the first query, and again after a failure. Queries may run
 * concurrently.
 *
 * @throws {BrokerUnavailableError} from every query that is not answered in five seconds
 */
export class KafkaGroups {
  private connection: { readonly client: KafkaClient; readonly admin: Promise<Admin> } | undefined;

  constructor(private readonly options: KafkaClientOptions) {}

  /** Returns the names of all consumer groups, including groups without members. */
  names(): Promise<readonly string[]> {
    return this.ask(async (admin) => {
      const { groups } = await admin.listGroups();
      return groups
        .filter(({ protocolType }) => protocolType === 'consumer')
        .map(({ groupId }) => groupId)
        .sort();
    });
  }

  /** Returns the positions of groups, in the order of the questions. */
  standings(questions: readonly GroupQuestion[]): Promise<readonly GroupStanding[]> {
    return this.ask(async (admin) => {
      const { groups } = await admin.describeGroups(questions.map(({ group }) => group));
      const existing = new Set(await admin.listTopics());
      const asked = await Promise.all(
        questions.map(async (question) => {
          const description = groups.find(({ groupId }) => groupId === question.group);
          const committed = await committedBy(admin, question.group);
          const topics = [
            ...committed.keys(),
            ...(question.topics ?? []),
            ...(description?.members.flatMap(({ memberMetadata }) => topicsIn(memberMetadata)) ?? []),
          ];
          const known = [...new Set(topics)].filter((topic) => existing.has(topic)).sort();
          return { question, description, committed, topics: known };
        }),
      );
      // Read after the committed offsets, so that no committed offset is beyond the end.
      const ends = await endsOf(admin, new Set(asked.flatMap(({ topics }) => topics)));
      return asked.map(({ question: { group, fromBeginning }, description, committed, topics }) => ({
        group,
        state: STATES[description?.state ?? 'Unknown'],
        members: description?.members.length ?? 0,
        topics: topics.map((topic) => ({
          topic,
          partitions: partitionsOf(ends.get(topic) ?? new Map(), committed.get(topic), fromBeginning),
        })),
      }));
    });
  }

  async close(): Promise<void> {
    const { connection } = this;
    this.connection = undefined;
    await connection?.admin.then((admin) => admin.disconnect()).catch(() => undefined);
    connection?.client.destroy();
  }

  private async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const deadline = Date.now() + ASK_LIMIT_MS;
    for (;;) {
      try {
        return await this.askOnce(question, deadline - Date.now());
      } catch (error) {
        if (!isPassing(error) || Date.now() + AGAIN_MS >= deadline) throw new BrokerUnavailableError(error);
        await pause(AGAIN_MS);
      }
    }
  }

  private async askOnce<T>(question: (admin: Admin) => Promise<T>, limitMs: number): Promise<T> {
    this.connection ??= connect(this.options);
    const { connection } = this;
    try {
      return await within(limitMs, 'asking for groups', connection.admin.then(question));
    } catch (error) {
      if (this.connection === connection) this.connection = undefined;
      connection.client.destroy();
      throw error;
    }
  }
}

function connect(options: KafkaClientOptions): { client: KafkaClient; admin: Promise<Admin> } {
  const client = new KafkaClient(options);
  const admin = client.kafka.admin();
  return { client, admin: admin.connect().then(() => admin) };
}

async function committedBy(admin: Admin, groupId: string): Promise<ReadonlyMap<string, Committed>> {
  const offsets = await admin.fetchOffsets({ groupId });
  return new Map(
    offsets.map(({ topic, partitions }) => [
      topic,
      new Map(
        partitions
          .map(({ partition, offset }) => [partition, BigInt(offset)] as const)
          .filter(([, offset]) => offset >= 0n),
      ),
    ]),
  );
}

async function endsOf(admin: Admin, topics: ReadonlySet<string>): Promise<ReadonlyMap<string, Ends>> {
  const ends = await Promise.all(
    [...topics].map(async (topic) => {
      const partitions = await admin.fetchTopicOffsets(topic);
      const known = partitions.map(
        ({ partition, low, high }) => [partition, { low: BigInt(low), end: BigInt(high) }] as const,
      );
      return [topic, new Map(known)] as const;
    }),
  );
  return new Map(ends);
}

function partitionsOf(
  ends: Ends,
  committed: Committed | undefined,
  fromBeginning: boolean,
): PartitionStanding[] {
  return [...ends]
    .map(([partition, { low, end }]) => {
      const offsets = { committed: committed?.get(partition), low, end };
      const counts = fromBeginning || offsets.committed !== undefined;
      return { partition, ...offsets, lag: counts ? lagOf(offsets) : 0n };
    })
    .sort((a, b) => a.partition - b.partition);
}

/**
 * Returns whether the error is transient: the broker is available, but a partition or a group is still being assigned to it.
 * kafkajs gives up on some of these errors at once and keeps stale metadata, so the query is retried on a new connection.
 */
function isPassing(error: unknown): boolean {
  return error instanceof kafkajs.KafkaJSProtocolError && error.retriable;
}

/** Returns the topics that a member has subscribed to. */
function topicsIn(metadata: Buffer): readonly string[] {
  if (metadata.length === 0) return [];
  return kafkajs.AssignerProtocol.MemberMetadata.decode(metadata)?.topics ?? [];
}
