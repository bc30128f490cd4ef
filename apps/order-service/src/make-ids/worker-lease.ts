import { type IdWindow } from '@groundwork/sharding';
import { type Shard } from '../storage/shard.ts';
import { ACQUIRE_WORKER, type LeaseRow, RENEW_WORKER } from './worker-lease.statements.ts';

/**
 * A worker number of one shard, leased by the clock of its database. Ids contain times within the window of the lease only,
 * and windows of a number never overlap, so a process that was paused past its lease cannot make an id of its successor.
 */
export class WorkerLease {
  private held: IdWindow | undefined;
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly shard: Shard,
    private readonly holder: string,
    private readonly leaseMs: number,
  ) {}

  /** The last window that was granted; it may have expired. */
  get window(): IdWindow | undefined {
    return this.held;
  }

  /** Returns the time of the database as this process knows it. The clock of this machine may be wrong or jump. */
  now(): number {
    return Math.floor(this.shard.clock.nowMs());
  }

  /**
   * Extends the lease, or takes a number when none is held. Concurrent calls share one renewal.
   *
   * @param reachMs Unix milliseconds that the window must reach beyond: an earlier owner of a slot may have had a fast
   *   clock, and ids that are later than its ids need a window at that time
   */
  renew(reachMs = 0): Promise<void> {
    this.renewing ??= this.renewOrAcquire(reachMs).finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async renewOrAcquire(reachMs: number): Promise<void> {
    const lease = await this.shard.run(async (connection) => {
      const values = [this.holder, this.leaseMs, reachMs];
      const renewed =
        this.held === undefined
          ? []
          : await connection.execute<LeaseRow>(RENEW_WORKER, [...values, this.held.worker]);
      return renewed[0] ?? (await connection.execute<LeaseRow>(ACQUIRE_WORKER, values))[0];
    });
    if (lease !== undefined) this.shard.clock.set(lease.nowMs);
    this.held = lease;
  }
}
