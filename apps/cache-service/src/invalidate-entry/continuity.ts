/**
 * Detects whether every message of a partition was received. Events of different keys are handled in any order, so a gap is
 * a loss only if it still exists at the second check (`isBroken`), one heartbeat later.
 *
 * The offsets of a topic without compaction and transactions have no gaps of their own.
 */
export class Continuity {
  private next: bigint | undefined;
  private highest = -1n;
  private highestAtLastLook = -1n;
  private readonly ahead = new Set<bigint>();

  heard(offset: bigint): void {
    this.next ??= offset;
    if (offset > this.highest) this.highest = offset;
    if (offset >= this.next) this.ahead.add(offset);
    while (this.ahead.delete(this.next)) this.next += 1n;
  }

  /** Returns whether a message was received already, or lies before a gap that was reported. */
  isBefore(offset: bigint): boolean {
    return this.next !== undefined && offset < this.next;
  }

  /** Returns whether a message is missing at the moment. It may still come. */
  hasGap(): boolean {
    return this.next !== undefined && this.next <= this.highest;
  }

  /** Returns whether a message is missing that was already missing at the previous check. Each gap is reported once. */
  isBroken(): boolean {
    const broken = this.next !== undefined && this.next <= this.highestAtLastLook;
    this.highestAtLastLook = this.highest;
    if (broken) this.beginAt(this.highest + 1n);
    return broken;
  }

  /**
   * Returns whether a message that is certainly new has a lower offset than earlier ones, because the topic was recreated.
   */
  isRestartedAt(offset: bigint): boolean {
    if (this.next === undefined || offset >= this.next) return false;
    this.highest = offset;
    this.highestAtLastLook = offset;
    this.beginAt(offset + 1n);
    return true;
  }

  private beginAt(offset: bigint): void {
    this.next = offset;
    this.ahead.clear();
  }
}
