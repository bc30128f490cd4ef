/**
 * Why something is paused, as a set: it runs again when the last reason is gone. One flag for all reasons would let the
 * end of one of them (the buffer has room) undo another (the database is down).
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
