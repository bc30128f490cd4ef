/**
 * This process's copy of the time of a shard's database. The monotonic clock advances it, so a wrong or jumping clock of
 * this machine has no effect. The copy lags by the transit time of the last answer. It runs ahead only if the clock of the
 * database is set back.
 */
export class ShardClock {
  private offsetMs = Date.now() - performance.now();

  /** Unix time, in milliseconds. */
  nowMs(): number {
    return performance.now() + this.offsetMs;
  }

  /** @param nowMs the time by the database's clock, from an answer that has just arrived */
  set(nowMs: number): void {
    this.offsetMs = nowMs - performance.now();
  }
}
