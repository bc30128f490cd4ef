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

/** A member of this process. `KafkaStrategy` is one. */
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

/** The groups of the platform that share their work: they handle what was there before them, and operators may pause them. */
const SHARED: ReadonlySet<string> = new Set(CONSUMER_GROUPS.map(({ group }) => group));

/**
 * What operators ask of the consumers that this process serves, and of what the broker knows of all others.
 *
 * Pausing asks the database only, so it works while Kafka is away.
 *
 * @throws {ConsumerAdminError} for a group or topic that is not there, or is not to be paused
 * @throws {BrokerUnavailableError} where the broker is to be asked and cannot be
 * @throws {DatabaseError} where the pauses are to be changed and cannot be
 */
export class ConsumerAdmin {
  private readonly served = new Map<string, ServedConsumer>();

  constructor(private readonly options: ConsumerAdminOptions) {}

  /** From now on its group can be paused here. */
  serve(consumer: ServedConsumer): void {
    this.served.set(consumer.groupId, consumer);
  }

  get consumers(): readonly ServedConsumer[] {
    return [...this.served.values()];
  }

  /** Every group of the platform, and whatever else consumes at the moment. */
  async list(): Promise<ConsumerList> {
    const standings = await this.standingsOf([
      ...new Set([...SHARED, ...(await this.options.kafka.names())]),
    ]);
    // A process of cache-service leaves its group behind; nobody will ever be in it again.
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

  /** Also of a topic that is paused and that the group has stopped reading since. */
  async resume(group: string, { topic, by }: ResumeConsumer): Promise<PausedConsumer> {
    const { topics } = await this.expectServed(group);
    const changed = await this.options.pauses.resume(group, topic);
    if (!changed && topic !== undefined && !topics.includes(topic)) throw unknownTopic(group, topic, topics);
    if (changed) this.options.logger.info({ group, topic, by }, 'an operator has resumed a consumer');
    return this.paused(group, changed);
  }

  /** Where the groups of this process are. */
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

  /** Nothing where somebody else knows; nor while the database is away, which is when operators want to see the lag. */
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
      `${group} cannot be paused here, but only ${[...this.served.keys()].join(', ')}. A group of one process alone is not paused: it must hear everything.`,
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
