/**
 * The time of a shard's database, as far as this process knows. It is carried on by the monotonic clock, so a wrong or
 * jumping clock of this machine changes nothing. It lags behind by the time that the last answer took to arrive, and never
 * runs ahead unless the database's own clock is set back.
 */
export class ShardClock {
  private offsetMs = Date.now() - performance.now();

  /** Unix time, in milliseconds. */
  nowMs(): number {
    return performance.now() + this.offsetMs;
  }

  /** @param nowMs what the database's clock said in an answer that has just arrived */
  set(nowMs: number): void {
    this.offsetMs = nowMs - performance.now();
  }
}
