import { setTimeout as delay } from 'node:timers/promises';

export interface PaceOptions {
  /** Rows copied a second, at most. */
  readonly rowsPerSecond: number;
  /** Share of the time that copying may keep a database busy, above 0, at most 1. */
  readonly dutyCycle: number;
}

/**
 * Holds copying back so that those who are served notice little: a batch is followed by a pause in proportion to the time it
 * took, so a database that is busy, hence slow, is asked for less.
 */
export class Pace {
  constructor(private readonly options: PaceOptions) {}

  async after(rows: number, tookMs: number, signal: AbortSignal): Promise<void> {
    const pauseMs = this.pauseMs(rows, tookMs);
    if (pauseMs >= 1) await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }

  pauseMs(rows: number, tookMs: number): number {
    const { rowsPerSecond, dutyCycle } = this.options;
    return Math.max((rows / rowsPerSecond) * 1_000 - tookMs, tookMs * (1 / dutyCycle - 1));
  }
}
