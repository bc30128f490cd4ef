const FIRST_MS = 250;
const LONGEST_MS = 8_000;

/**
 * Backs off after failed switches. A failed switch delays writers without benefit, so the pause doubles with each attempt.
 */
export class SwitchBackoff {
  private readonly waiting = new Map<string, { readonly pauseMs: number; readonly untilMs: number }>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  mayTry(chunk: string): boolean {
    return (this.waiting.get(chunk)?.untilMs ?? 0) <= this.nowMs();
  }

  failed(chunk: string): void {
    const last = this.waiting.get(chunk)?.pauseMs;
    const pauseMs = last === undefined ? FIRST_MS : Math.min(last * 2, LONGEST_MS);
    this.waiting.set(chunk, { pauseMs, untilMs: this.nowMs() + pauseMs });
  }

  succeeded(chunk: string): void {
    this.waiting.delete(chunk);
  }
}
