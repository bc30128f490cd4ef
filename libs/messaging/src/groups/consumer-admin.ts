import {
  type Consumer,
  CONSUMER_GROUPS,
  type ConsumerList,
  type PauseConsumer,
  type PausedConsumer,
  type ResumeConsumer,
} from '@groundwork/contracts';
import { type MessagingLogger } from '../logger.ts';
import { type ConsumerPause, type ConsumerPauses } from '../pauses/consumer-pauses.ts';
import { ConsumerAdminError } from './consumer-admin.error.ts';
import { describeConsumer, describePause, summariseConsumer } from './describe-consumer.ts';
import { type GroupStanding, type KafkaGroups } from './kafka-groups.ts';

/** A consumer that this process runs. `KafkaStrategy` is one. */
export interface ServedConsumer {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly pausedPartitions: number;
}

export interface ConsumerAdminOptions {
  readonly kafka: Pick<KafkaGroups, 'names' | 'standings'>;
  readonly pauses: ConsumerPauses;
  readonly logger: MessagingLogger;
}

/** The platform's groups whose members share the work. They start with the oldest event, and operators may pause them. */
const SHARED: ReadonlySet<string> = new Set(CONSUMER_GROUPS.map(({ group }) => group));

/**
 * Answers operators' requests about the consumers that this process serves, and about all groups that the broker knows.
 *
 * Pausing uses only the database, so it works while Kafka is unavailable.
 *
 * @throws {ConsumerAdminError} for a group or topic that does not exist or cannot be paused
 * @throws {BrokerUnavailableError} when a request needs the broker and the broker does not answer
 * @throws {DatabaseError} when the pauses cannot be changed
 */
export class ConsumerAdmin {
  private readonly served = new Map<string, ServedConsumer>();

  constructor(private readonly options: ConsumerAdminOptions) {}

  /** Registers a consumer, so that its group can be paused here. */
  serve(consumer: ServedConsumer): void {
    this.served.set(consumer.groupId, consumer);
  }

  get consumers(): readonly ServedConsumer[] {
    return [...this.served.values()];
  }

  /** Lists every group of the platform, and all other groups that have members. */
  async list(): Promise<ConsumerList> {
    const standings = await this.standingsOf([
      ...new Set([...SHARED, ...(await this.options.kafka.names())]),
    ]);
    // A process of cache-service leaves its group behind when it ends. That group never has members again.
    const there = standings.filter(({ group, members }) => this.isPausable(group) || members > 0);
    return {
      items: await Promise.all(
        there.map(async (standing) => summariseConsumer(await this.withPauses(standing))),
      ),
    };
  }

  async read(group: string): Promise<Consumer> {
    if (!this.served.has(group) && !SHARED.has(group)) await this.expectAtBroker(group);
    const [standing] = await this.standingsOf([group]);
    return describeConsumer(await this.withPauses(standing as GroupStanding));
  }

  async pause(group: string, { topic, reason, by }: PauseConsumer): Promise<PausedConsumer> {
    const { topics } = await this.expectServed(group);
    if (topic !== undefined && !topics.includes(topic)) throw unknownTopic(group, topic, topics);
    const changed = await this.options.pauses.pause(group, { topic, reason, by });
    if (changed) this.options.logger.info({ group, topic, by, reason }, 'an operator has paused a consumer');
    return this.paused(group, changed);
  }

  /** Ends a pause, also of a topic that the group no longer reads. */
  async resume(group: string, { topic, by }: ResumeConsumer): Promise<PausedConsumer> {
    const { topics } = await this.expectServed(group);
    const changed = await this.options.pauses.resume(group, topic);
    if (!changed && topic !== undefined && !topics.includes(topic)) throw unknownTopic(group, topic, topics);
    if (changed) this.options.logger.info({ group, topic, by }, 'an operator has resumed a consumer');
    return this.paused(group, changed);
  }

  /** Returns the positions of the groups of this process. */
  standings(): Promise<readonly GroupStanding[]> {
    return this.standingsOf([...this.served.keys()]);
  }

  private async paused(group: string, changed: boolean): Promise<PausedConsumer> {
    return { group, changed, pauses: (await this.options.pauses.of(group)).map(describePause) };
  }

  private async withPauses(standing: GroupStanding) {
    const { group } = standing;
    return { standing, pausable: this.isPausable(group), pauses: await this.pausesOf(group) };
  }

  /** Undefined for a group of another service, and while the database is unavailable: operators need the lag even then. */
  private async pausesOf(group: string): Promise<readonly ConsumerPause[] | undefined> {
    if (!this.isPausable(group)) return [];
    return this.served.has(group) ? this.options.pauses.of(group).catch(() => undefined) : undefined;
  }

  private standingsOf(groups: readonly string[]): Promise<readonly GroupStanding[]> {
    return this.options.kafka.standings(
      groups.map((group) => ({
        group,
        fromBeginning: this.isPausable(group),
        topics: this.served.get(group)?.topics ?? [],
      })),
    );
  }

  private isPausable(group: string): boolean {
    return this.served.has(group) || SHARED.has(group);
  }

  private async expectServed(group: string): Promise<ServedConsumer> {
    const consumer = this.served.get(group);
    if (consumer !== undefined) return consumer;
    if (!SHARED.has(group)) await this.expectAtBroker(group);
    throw new ConsumerAdminError(
      'consumer-not-pausable',
      `${group} cannot be paused here; these groups can: ${[...this.served.keys()].join(', ')}. A group of a single process is never paused, because it must receive every event.`,
    );
  }

  private async expectAtBroker(group: string): Promise<void> {
    const names = await this.options.kafka.names();
    if (names.includes(group)) return;
    const known = [...new Set([...SHARED, ...this.served.keys(), ...names])].sort().join(', ');
    throw new ConsumerAdminError(
      'unknown-consumer',
      `There is no consumer group ${group}; there are ${known}.`,
    );
  }
}

function unknownTopic(group: string, topic: string, topics: readonly string[]): ConsumerAdminError {
  return new ConsumerAdminError(
    'unknown-topic',
    `${group} does not read the topic ${topic}; it reads ${topics.join(', ')}.`,
  );
}
