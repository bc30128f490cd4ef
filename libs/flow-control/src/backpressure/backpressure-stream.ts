import { BackpressureController, type Watermarks } from './backpressure-controller.ts';
import { type Load } from './load-gauge.ts';

export interface BackpressureStreamOptions<T> extends Partial<Watermarks> {
  /** What an item counts for in bytes; by default its length if it is bytes or text, and nothing if it is anything else. */
  readonly bytesOf?: (item: T) => number;
  /** Aborts the stream with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** An item that was taken. It counts against the watermarks until it is released; releasing it again has no effect. */
export interface Held<T> {
  readonly item: T;
  readonly release: () => void;
}

const HIGH: Load = { items: 1_000, bytes: 16 * 1_024 * 1_024 };

/**
 * Reads ahead of its consumer, but only so far: the source is asked for one item at a time, and for none while what is held
 * (waiting here, or taken and not yet released) has reached the high watermark and not sunk to the low one again.
 *
 *     idle ── first demand ──▶ reading ⇄ paused, for any reason
 *                                 ├── the source ends or fails, drain() ──▶ what waits still goes out ──▶ over
 *                                 └── abort(), the consumer leaves ──▶ what waits is dropped ──▶ over
 *
 * The rules of Reactive Streams 1.0.4 hold (https://www.reactive-streams.org): nothing is read without demand (§1.1), one
 * item at a time (§1.3), an error or the end comes once and last (§1.7), leaving stops the source and may be repeated (§3.5,
 * §3.6). An error of the source comes behind the items that were read before it, that of `abort` at once.
 *
 * It has one consumer: `for await`, `forEach`, or whatever takes an `AsyncIterable`, such as `Readable.from` or `pipeline`.
 */
export class BackpressureStream<T> implements AsyncIterable<T> {
  private readonly controller: BackpressureController<string>;
  private readonly waiting: Held<T>[] = [];
  private readonly over = Promise.withResolvers<void>();
  private readonly bytesOf: (item: T) => number;
  private readonly signal: AbortSignal | undefined;
  private iterator: AsyncIterator<T> | Iterator<T> | undefined;
  /** The answer of the source that is still to come. */
  private asked: Promise<void> | undefined;
  private closing: Promise<unknown> | undefined;
  private demand: PromiseWithResolvers<Held<T> | undefined> | undefined;
  private failure: { readonly error: unknown } | undefined;
  private hasConsumer = false;
  private isPaused = false;
  private isSourceOver = false;
  private isLeft = false;

  /** Nothing is read before there is demand. @throws {RangeError} for a low watermark that is not below the high one */
  constructor(
    private readonly source: AsyncIterable<T> | Iterable<T>,
    { high = HIGH, low = quarterOf(high), bytesOf = lengthOf, signal }: BackpressureStreamOptions<T> = {},
  ) {
    this.controller = new BackpressureController(
      { pause: () => this.setPaused(true), resume: () => this.setPaused(false) },
      { high, low },
    );
    this.bytesOf = bytesOf;
    this.signal = signal;
    signal?.addEventListener('abort', this.abortBySignal);
    if (signal?.aborted === true) this.abortBySignal();
  }

  /** What is held: what waits, and what was taken and is not released. */
  get load(): Load {
    return this.controller.load;
  }

  /** Why nothing is being read; `backpressure` when too much is held. */
  get pauseReasons(): readonly string[] {
    return this.controller.pauseReasons;
  }

  /** Stops reading until each reason was taken back; what was read still goes to the consumer. */
  pause(reason: string): void {
    this.controller.pause(reason);
  }

  resume(reason: string): void {
    this.controller.resume(reason);
  }

  /**
   * Closes the source and lets the consumer have what was read, the item included that the source has been asked for.
   *
   * @returns when the consumer has taken everything @throws what the source throws when it is closed
   */
  async drain(): Promise<void> {
    if (!this.hasConsumer) this.leave();
    this.closeSource();
    await this.closing;
    this.settle();
    await this.over.promise;
  }

  /** Drops what waits; the consumer gets the reason at once. What the source throws when it is closed is dropped as well. */
  abort(reason: unknown = new DOMException('the stream was aborted', 'AbortError')): void {
    if (this.isLeft) return;
    this.failure = { error: reason };
    this.leave();
    this.settle();
  }

  /**
   * For consumers that hold several items at once: takes the next one.
   *
   * @returns nothing after the last one
   * @throws what the source threw, the reason of `abort`, or a {TypeError} while another call waits
   */
  take(): Promise<Held<T> | undefined> {
    if (this.demand !== undefined)
      throw new TypeError('a stream has one consumer, which takes one item at a time');
    const demand = Promise.withResolvers<Held<T> | undefined>();
    this.demand = demand;
    this.hasConsumer = true;
    this.settle();
    this.ask();
    return demand.promise;
  }

  /** An item is released when the next one is asked for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    if (this.hasConsumer) throw new TypeError('a stream has one consumer, and this one had it');
    try {
      for (let held = await this.take(); held !== undefined; held = await this.take()) {
        try {
          yield held.item;
        } finally {
          held.release();
        }
      }
    } finally {
      this.leave();
    }
  }

  private readonly abortBySignal = () => this.abort(this.signal?.reason);

  private setPaused(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.ask();
  }

  private ask(): void {
    if (this.asked !== undefined || this.isPaused || this.isSourceOver || !this.hasConsumer) return;
    this.asked = this.readOne().finally(() => {
      this.asked = undefined;
      this.settle();
      this.ask();
    });
  }

  private async readOne(): Promise<void> {
    const answer = await this.nextOfSource();
    if (answer === undefined || this.isLeft) return;
    try {
      this.waiting.push({ item: answer.value, release: this.controller.hold(this.bytesOf(answer.value)) });
    } catch (error) {
      this.failure = { error };
      this.closeSource();
    }
  }

  /** @returns nothing when the source is over, in whatever way */
  private async nextOfSource(): Promise<IteratorYieldResult<T> | undefined> {
    try {
      this.iterator ??= iteratorOf(this.source);
      const answer = await this.iterator.next();
      if (answer.done !== true) return answer;
    } catch (error) {
      if (!this.isLeft) this.failure = { error };
    }
    this.isSourceOver = true;
    return undefined;
  }

  /** Gives the consumer what it waits for, if that is known by now. */
  private settle(): void {
    const { demand } = this;
    if (demand === undefined) return;
    const held = this.waiting.shift();
    const isOver = this.isLeft || (this.isSourceOver && this.asked === undefined);
    if (held === undefined && !isOver) return;
    this.demand = undefined;
    if (held === undefined) this.leave();
    if (held === undefined && this.failure !== undefined) demand.reject(this.failure.error);
    else demand.resolve(held);
  }

  /** Idempotent: nothing is read or handed out from now on. */
  private leave(): void {
    this.isLeft = true;
    this.signal?.removeEventListener('abort', this.abortBySignal);
    this.closeSource();
    for (const { release } of this.waiting.splice(0)) release();
    this.over.resolve();
  }

  /** Waits for nobody: a generator that was asked for an item closes when it has answered, and that may be never. */
  private closeSource(): void {
    if (this.isSourceOver) return;
    this.isSourceOver = true;
    this.closing = (async () => this.iterator?.return?.())();
    this.closing.catch(() => undefined);
  }
}

function iteratorOf<T>(source: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

function quarterOf({ items, bytes }: Load): Load {
  return { items: Math.floor(items / 4), bytes: Math.floor(bytes / 4) };
}

function lengthOf(item: unknown): number {
  if (typeof item === 'string') return Buffer.byteLength(item);
  return ArrayBuffer.isView(item) ? item.byteLength : 0;
}
