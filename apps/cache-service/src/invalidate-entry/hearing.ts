import { CacheManager } from '@groundwork/caching';
import { HealthRegistry, LOGGER, type Logger, Metrics } from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Continuity } from './continuity.ts';

/** How long the newest heartbeat that came back may lie in the past. */
export const DEAF_AFTER_MS = 2_000;

/**
 * Whether this process hears every invalidation, and what its cache may therefore trust.
 *
 *   deaf ── a heartbeat of its own comes back in time ──▶ hearing ── none does, or a message is missing ──▶ deaf
 *
 * Deaf: L1 keeps entries for a second, L2 is neither read nor believed. On the way to hearing both are emptied, because
 * L2 is shared: if nobody listened for a while, nobody knows what in it is old. A heartbeat that came back proves that all
 * before it was heard and all after it will be, so whatever is loaded from then on stays right.
 *
 * Nothing here asks a Kafka client how it feels. A client may hold a dead connection for good, and one that rejoins its
 * group without a committed offset silently continues at the end of the topic.
 */
@Injectable()
export class Hearing {
  private readonly continuity = new Continuity();
  private newestBeatMs = Number.NEGATIVE_INFINITY;
  private isHearing = false;

  constructor(
    @Inject(CacheManager) private readonly cache: CacheManager,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(HealthRegistry) health: HealthRegistry,
    @Inject(Metrics) metrics: Metrics,
  ) {
    // Not critical: a deaf process answers rightly, only with more work for the source.
    health.readiness('invalidations', () => this.expectHearing(), { critical: false });
    new Gauge({
      name: 'cache_hearing_invalidations',
      help: '1 while this process hears every invalidation',
      registers: [metrics.registry],
      collect: gaugeOf(() => (this.isHearing ? 1 : 0)),
    });
  }

  /** A message of the topic has come in. */
  heard(offset: string): void {
    this.continuity.heard(BigInt(offset));
  }

  /** A heartbeat of this process has come back. */
  async heardOwnHeartbeat(offset: string, sentAtMs: number): Promise<void> {
    // One that comes twice, after a rebalance, proves nothing new.
    if (sentAtMs <= this.newestBeatMs) return;
    this.newestBeatMs = sentAtMs;
    const restarted = this.continuity.isRestartedAt(BigInt(offset));
    this.continuity.heard(BigInt(offset));
    if (this.continuity.isBroken() || restarted) this.becomeDeaf('a message was missed');
    if (!this.isHearing && this.isInTime()) await this.becomeHearing();
  }

  /** To be called between heartbeats. */
  check(): void {
    if (this.isHearing && !this.isInTime()) this.becomeDeaf('heartbeats do not come back');
  }

  private isInTime(): boolean {
    return performance.now() - this.newestBeatMs <= DEAF_AFTER_MS;
  }

  private becomeDeaf(reason: string): void {
    if (!this.isHearing) return;
    this.isHearing = false;
    this.cache.invalidationsLost();
    this.logger.warn({ reason }, 'invalidations may be missed: the cache trusts little');
  }

  private async becomeHearing(): Promise<void> {
    this.isHearing = true;
    await this.cache.invalidationsHeard();
    this.logger.info('every invalidation is heard: the cache starts empty and is trusted');
  }

  private expectHearing(): Promise<void> {
    return this.isHearing
      ? Promise.resolve()
      : Promise.reject(new Error('invalidations are not heard; entries live for a second'));
  }
}

/** `collect` is called with the gauge as `this`. */
function gaugeOf(value: () => number): (this: Gauge) => void {
  return function collect() {
    this.set(value());
  };
}
