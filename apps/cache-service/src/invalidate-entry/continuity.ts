/**
 * Tells whether every message of a partition has been heard. Events of different keys are handled in no fixed order, so a
 * hole is a loss only if it is still there at the second look (`isBroken`), a heartbeat later.
 *
 * Offsets of a topic that is neither compacted nor written in transactions have no holes of their own.
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

  /** Whether a message is missing that was due at the last look. It is then given up, and not reported again. */
  isBroken(): boolean {
    const broken = this.next !== undefined && this.next <= this.highestAtLastLook;
    this.highestAtLastLook = this.highest;
    if (broken) this.beginAt(this.highest + 1n);
    return broken;
  }

  /** Whether a message that was certainly never heard before lies below what was: the topic was made anew. */
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
