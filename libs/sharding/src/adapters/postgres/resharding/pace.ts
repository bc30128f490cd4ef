import { setTimeout as delay } from 'node:timers/promises';

export interface PaceOptions {
  /** Maximum of rows copied a second. */
  readonly rowsPerSecond: number;
  /** Share of time that copying may use a database. Above 0, at most 1. */
  readonly dutyCycle: number;
}

/**
 * Slows copying down to protect other clients. Each batch is followed by a pause in proportion to its duration, so a busy
 * and therefore slow database gets less load.
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
