import { Gauge, type Registry } from 'prom-client';
import { type ConsumerAdmin } from './consumer-admin.ts';
import { type GroupStanding } from './kafka-groups.ts';

/** A scrape finds what an earlier one had asked for; it waits for nobody, and the broker is asked once for all of them. */
const ASK_AGAIN_MS = 10_000;
/** Older figures are worse than none: an alert on their absence is due. */
const FORGET_MS = 60_000;

/**
 * How far the consumers of this process are, and how much of them an operator has paused.
 *
 * The lag is the broker's word, not what the process has seen: a paused partition fetches nothing, and would never learn how
 * much waits for it.
 */
export function prometheusConsumers(
  registry: Registry,
  admin: Pick<ConsumerAdmin, 'consumers' | 'standings'>,
  now: () => number = Date.now,
): void {
  const lags = new Lags(admin, now);
  new Gauge({
    name: 'consumer_lag',
    help: 'Events that the group has not finished; every instance says the same',
    labelNames: ['group', 'topic', 'partition'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { group, topics } of lags.latest())
        for (const { topic, partitions } of topics)
          for (const { partition, lag } of partitions) this.set({ group, topic, partition }, Number(lag));
    },
  });
  new Gauge({
    name: 'consumer_paused_partitions',
    help: 'Partitions of this instance that stand still because an operator wants it',
    labelNames: ['group'],
    registers: [registry],
    collect() {
      for (const { groupId, pausedPartitions } of admin.consumers)
        this.set({ group: groupId }, pausedPartitions);
    },
  });
}

class Lags {
  private known: readonly GroupStanding[] = [];
  private knownAt = -Infinity;
  private askedAt = -Infinity;

  constructor(
    private readonly admin: Pick<ConsumerAdmin, 'standings'>,
    private readonly now: () => number,
  ) {}

  latest(): readonly GroupStanding[] {
    if (this.now() - this.askedAt >= ASK_AGAIN_MS) void this.ask();
    return this.now() - this.knownAt < FORGET_MS ? this.known : [];
  }

  private async ask(): Promise<void> {
    this.askedAt = this.now();
    try {
      this.known = await this.admin.standings();
      this.knownAt = this.now();
    } catch {
      // The consumer itself says that the broker is away; here the figures end.
    }
  }
}
