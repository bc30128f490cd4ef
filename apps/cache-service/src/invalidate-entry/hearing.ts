import { CacheManager } from '@groundwork/caching';
import { HealthRegistry, LOGGER, type Logger, Metrics } from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Continuity } from './continuity.ts';

/** The maximum age of the newest returned heartbeat. */
export const DEAF_AFTER_MS = 2_000;
/** After so many own heartbeats, a process stops waiting for others, and empties L2. The others record a position with each heartbeat. */
export const BEATS_BEFORE_EMPTYING = 4;
/** Heartbeats that are remembered: some seconds of many processes. */
const MOST_REMEMBERED = 1_000;

/** A heartbeat as it was received. */
export interface ReceivedHeartbeat {
  readonly id: string;
  readonly offset: string;
}

/**
 * Detects whether this process receives every invalidation, and sets what its cache may trust.
 *
 *   deaf ── its own heartbeat returns in time ──▶ hearing ── none returns, or a message is missing ──▶ deaf
 *
 * Deaf: L1 keeps entries for a second, and L2 is not read. A returned heartbeat proves that every earlier message was received and that
 * later ones will be, so entries that are loaded from then on stay correct.
 *
 * Entries that L2 holds already are correct if some process has applied every message. Each hearing process records its last heartbeat but
 * one in L2. A process that has received the recorded heartbeat itself has missed nothing after it, and keeps L2. Without such a process, it
 * empties L2.
 *
 * The state of the Kafka client is no proof. A client may keep a dead connection for ever, and a client that rejoins its
 * group without a committed offset silently continues at the end of the topic.
 */
@Injectable()
export class Hearing {
  private readonly continuity = new Continuity();
  private newestBeatMs = Number.NEGATIVE_INFINITY;
  private isHearing = false;
  private deafBeats = 0;
  /** The ids of heartbeats of all processes after which this one has received every message. */
  private readonly remembered = new Set<string>();
  /** When the next one has returned, every message before this one is applied. */
  private lastOwnBeat: string | undefined;

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

  /** Records a heartbeat of another process. */
  heardHeartbeat({ id, offset }: ReceivedHeartbeat): void {
    // A message from before a gap proves nothing about what follows the gap, also when it is delivered again.
    if (!this.continuity.isBefore(BigInt(offset))) this.remember(id);
    this.heard(offset);
  }

  /** Records a returned heartbeat of this process. */
  async heardOwnHeartbeat({ id, offset }: ReceivedHeartbeat, sentAtMs: number): Promise<void> {
    // A heartbeat that is delivered twice, after a rebalance, proves nothing new.
    if (sentAtMs <= this.newestBeatMs) return;
    this.newestBeatMs = sentAtMs;
    const restarted = this.continuity.isRestartedAt(BigInt(offset));
    this.heard(offset);
    if (this.continuity.isBroken() || restarted) this.becomeDeaf('a message was missed');
    this.remember(id);
    const previous = this.lastOwnBeat;
    this.lastOwnBeat = id;
    if (this.isHearing && previous !== undefined) await this.cache.feed.record(previous);
    if (!this.isHearing && this.isInTime() && !this.continuity.hasGap()) await this.becomeHearing();
  }

  /** Becomes deaf if no heartbeat has returned in time. Call it between heartbeats. */
  check(): void {
    if (this.isHearing && !this.isInTime()) this.becomeDeaf('heartbeats do not return');
  }

  private isInTime(): boolean {
    return performance.now() - this.newestBeatMs <= DEAF_AFTER_MS;
  }

  private remember(id: string): void {
    this.remembered.add(id);
    const [oldest] = this.remembered;
    if (this.remembered.size > MOST_REMEMBERED) this.remembered.delete(oldest as string);
  }

  private becomeDeaf(reason: string): void {
    this.remembered.clear();
    this.lastOwnBeat = undefined;
    if (!this.isHearing) return;
    this.isHearing = false;
    this.deafBeats = 0;
    this.cache.feed.lost();
    this.logger.warn(
      { reason },
      'invalidations may be missed; L2 is bypassed and entries live for a second until a heartbeat returns',
    );
  }

  private async becomeHearing(): Promise<void> {
    this.deafBeats += 1;
    const keepsL2 = await this.cache.feed.startWithOthers((id) => this.remembered.has(id));
    if (!keepsL2 && this.deafBeats < BEATS_BEFORE_EMPTYING) return;
    // Before the tiers are empty, so that the next heartbeat does not empty them too.
    this.isHearing = true;
    if (!keepsL2 && !(await this.cache.feed.startEmpty())) {
      this.isHearing = false;
      return;
    }
    this.logger.info(
      { keepsL2 },
      keepsL2
        ? 'this process receives every invalidation; L2 is trusted, because other processes have applied all of them'
        : 'this process receives every invalidation; L2 was emptied and is trusted',
    );
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
