import { type IdWindow } from '@groundwork/sharding';
import { type Shard } from '../storage/shard.ts';
import { ACQUIRE_WORKER, type LeaseRow, RENEW_WORKER } from './worker-lease.statements.ts';

/**
 * A worker number of one shard, leased by the clock of its database. Ids carry times within the lease's window only, and
 * windows of a number never overlap, so a process that was paused past its lease cannot make an id that its successor makes.
 */
export class WorkerLease {
  private held: IdWindow | undefined;
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly shard: Shard,
    private readonly holder: string,
    private readonly leaseMs: number,
  ) {}

  /** The last window that was granted; it may have run out. */
  get window(): IdWindow | undefined {
    return this.held;
  }

  /** The database's time as far as this process knows: its own clock may be wrong or jump, this one does not. */
  now(): number {
    return Math.floor(this.shard.clock.nowMs());
  }

  /**
   * Extends the lease, or takes a number where none is held. Calls at the same time share one renewal.
   *
   * @param reachMs what the window must reach beyond, Unix milliseconds: an earlier owner of a slot may have had a clock that
   *   was ahead, and the ids that come after its own need a window there
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
