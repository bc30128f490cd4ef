import { type Load, LoadGauge } from './load-gauge.ts';
import { PauseReasons } from './pause-reasons.ts';

/** Where things come from: a Kafka partition, an iterator, a socket. Both are synchronous and never called twice in a row. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

export interface Watermarks {
  /** Reaching either pauses. */
  readonly high: Load;
  /** At or below both it goes on; lower than `high`, or every item would pause and resume. */
  readonly low: Load;
}

/**
 * Pauses a source while too much of it is held, by items or by bytes, or for any other reason; it runs again when the last
 * reason is gone. What was asked for before a pause may still arrive: it is held beyond the watermark, never refused.
 */
export class BackpressureController<Reason extends string = never> {
  private readonly reasons: PauseReasons<Reason | 'backpressure'>;
  private readonly gauge: LoadGauge;

  /** @throws {RangeError} for a low watermark that is not below the high one */
  constructor(source: Pausable, { high, low }: Watermarks) {
    this.reasons = new PauseReasons(
      () => source.pause(),
      () => source.resume(),
    );
    this.gauge = new LoadGauge({
      high,
      low,
      onHigh: () => this.reasons.add('backpressure'),
      onLow: () => this.reasons.remove('backpressure'),
    });
  }

  /** What is held, and not yet released. */
  get load(): Load {
    return this.gauge.load;
  }

  get pauseReasons(): readonly (Reason | 'backpressure')[] {
    return this.reasons.list();
  }

  /** Something arrived: one item, or several that are released together. @returns releases it; calling that again does nothing */
  hold(bytes: number, items = 1): () => void {
    this.gauge.add(bytes, items);
    let isHeld = true;
    return () => {
      if (isHeld) this.gauge.remove(bytes, items);
      isHeld = false;
    };
  }

  pause(reason: Reason): void {
    this.reasons.add(reason);
  }

  resume(reason: Reason): void {
    this.reasons.remove(reason);
  }
}
