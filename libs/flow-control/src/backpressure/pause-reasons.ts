/**
 * The set of reasons for a pause: `resume` is called when the last reason ends. With a single flag for all reasons, the end
 * of one reason (the buffer has room) would cancel another (the database is down).
 */
export class PauseReasons<Reason extends string> {
  private readonly reasons = new Set<Reason>();

  constructor(
    private readonly pause: () => void,
    private readonly resume: () => void,
  ) {}

  add(reason: Reason): void {
    const wasRunning = this.reasons.size === 0;
    this.reasons.add(reason);
    if (wasRunning) this.pause();
  }

  remove(reason: Reason): void {
    if (this.reasons.delete(reason) && this.reasons.size === 0) this.resume();
  }

  list(): readonly Reason[] {
    return [...this.reasons];
  }
}
