import { CacheManager } from '@groundwork/caching';
import { HealthRegistry, LOGGER, type Logger, Metrics } from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Continuity } from './continuity.ts';

/** The maximum age of the newest returned heartbeat. */
export const DEAF_AFTER_MS = 2_000;

/**
 * Detects whether this process receives every invalidation, and sets what its cache may trust.
 *
 *   deaf ── its own heartbeat returns in time ──▶ hearing ── none returns, or a message is missing ──▶ deaf
 *
 * Deaf: L1 keeps entries for a second, and L2 is not read. When the process becomes hearing it clears both tiers. L2 is
 * shared, so it may hold stale entries from a time when no process received invalidations. A returned heartbeat proves that
 * every earlier message was received and that later ones will be, so entries that are loaded from then on stay correct.
 *
 * The state of the Kafka client is no proof. A client may keep a dead connection for ever, and a client that rejoins its
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
    // Not critical: the responses of a deaf process are correct; it only causes more work for the source.
    health.readiness('invalidations', () => this.expectHearing(), { critical: false });
    new Gauge({
      name: 'cache_hearing_invalidations',
      help: '1 while this process receives every invalidation',
      registers: [metrics.registry],
      collect: gaugeOf(() => (this.isHearing ? 1 : 0)),
    });
  }

  /** Records a received message of the topic. */
  heard(offset: string): void {
    this.continuity.heard(BigInt(offset));
  }

  /** Records a returned heartbeat of this process. */
  async heardOwnHeartbeat(offset: string, sentAtMs: number): Promise<void> {
    // A heartbeat that is delivered twice, after a rebalance, proves nothing new.
    if (sentAtMs <= this.newestBeatMs) return;
    this.newestBeatMs = sentAtMs;
    const restarted = this.continuity.isRestartedAt(BigInt(offset));
    this.continuity.heard(BigInt(offset));
    if (this.continuity.isBroken() || restarted) this.becomeDeaf('a message was missed');
    if (!this.isHearing && this.isInTime()) await this.becomeHearing();
  }

  /** Becomes deaf if no heartbeat has returned in time. Call it between heartbeats. */
  check(): void {
    if (this.isHearing && !this.isInTime()) this.becomeDeaf('heartbeats do not return');
  }

  private isInTime(): boolean {
    return performance.now() - this.newestBeatMs <= DEAF_AFTER_MS;
  }

  private becomeDeaf(reason: string): void {
    if (!this.isHearing) return;
    this.isHearing = false;
    this.cache.invalidationsLost();
    this.logger.warn(
      { reason },
      'invalidations may be missed; L2 is bypassed and entries live for a second until a heartbeat returns',
    );
  }

  private async becomeHearing(): Promise<void> {
    this.isHearing = true;
    await this.cache.invalidationsHeard();
    this.logger.info('this process receives every invalidation; the cache was cleared and is trusted');
  }

  private expectHearing(): Promise<void> {
    return this.isHearing
      ? Promise.resolve()
      : Promise.reject(new Error('invalidations are not received; entries live for a second'));
  }
}

/** `collect` is called with the gauge as `this`. */
function gaugeOf(value: () => number): (this: Gauge) => void {
  return function collect() {
    this.set(value());
  };
}
