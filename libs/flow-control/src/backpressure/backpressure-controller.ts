import { type Load, LoadGauge } from './load-gauge.ts';
import { PauseReasons } from './pause-reasons.ts';

/** A source of items: a Kafka partition, an iterator, a socket. Both methods are synchronous and called alternately. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

export interface Watermarks {
  /** The source is paused when either is reached. */
  readonly high: Load;
  /** The source resumes at or below both. Must be lower than `high`, or every item would pause and resume it. */
  readonly low: Load;
}

/**
 * Pauses a source while too many of its items or bytes are held, or for any other reason. The source resumes when the last
 * reason has ended. Items requested before a pause may still arrive: they are held beyond the watermark and never refused.
 */
export class BackpressureController<Reason extends string = never> {
  private readonly reasons: PauseReasons<Reason | 'backpressure'>;
  private readonly gauge: LoadGauge;

  /** @throws {RangeError} unless the low watermark is below the high one */
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

  /** The items and bytes that are held and not yet released. */
  get load(): Load {
    return this.gauge.load;
  }

  get pauseReasons(): readonly (Reason | 'backpressure')[] {
    return this.reasons.list();
  }

  /**
   * Holds one item, or several that are released together.
   *
   * @returns a function that releases them; only its first call counts
   */
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
