import { Gauge, type Registry } from 'prom-client';
import { type ConsumerAdmin } from './consumer-admin.ts';
import { type GroupStanding } from './kafka-groups.ts';

/** A scrape reports the answer to an earlier query, so it never waits. All scrapes within this time share one query. */
const ASK_AGAIN_MS = 10_000;
/** Older figures are dropped, so that an alert on their absence fires. */
const FORGET_MS = 60_000;

/**
 * Exports the lag of the consumers of this process, and the number of their partitions that an operator has paused.
 *
 * The lag comes from the broker, not from what the process has read: a paused partition fetches nothing, so the process
 * would not learn how many events wait.
 */
export function prometheusConsumers(
  registry: Registry,
  admin: Pick<ConsumerAdmin, 'consumers' | 'standings'>,
  now: () => number = Date.now,
): void {
  const lags = new Lags(admin, now);
  new Gauge({
    name: 'consumer_lag',
    help: 'Events that the group has not finished; every instance reports the same value',
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
    help: 'Partitions of this instance that an operator has paused',
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
      // The consumer itself reports that the broker is unavailable; here the figures end.
    }
  }
}
