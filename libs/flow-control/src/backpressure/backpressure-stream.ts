import { BackpressureController, type Watermarks } from './backpressure-controller.ts';
import { type Load } from './load-gauge.ts';

export interface BackpressureStreamOptions<T> extends Partial<Watermarks> {
  /** Returns the size of an item in bytes. Default: the length of bytes or text, and 0 for anything else. */
  readonly bytesOf?: (item: T) => number;
  /** Aborts the stream with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** An item that was taken. It counts against the watermarks until it is released. A second release has no effect. */
export interface Held<T> {
  readonly item: T;
  readonly release: () => void;
}

const HIGH: Load = { items: 1_000, bytes: 16 * 1_024 * 1_024 };

/**
 * Reads ahead of its consumer within watermarks. It requests one item at a time from the source. When the held items
 * (waiting here, or taken and not yet released) reach the high watermark, it stops reading until they have fallen to the low
 * one.
 *
 *     idle ── first demand ──▶ reading ⇄ paused, for any reason
 *                                 ├── the source ends or fails, drain() ──▶ waiting items are delivered ──▶ over
 *                                 └── abort(), the consumer leaves ──▶ waiting items are dropped ──▶ over
 *
 * It follows the rules of Reactive Streams 1.0.4 (https://www.reactive-streams.org): it reads only on demand (§1.1) and one
 * item at a time (§1.3); an error or the end comes once and last (§1.7); a consumer that leaves stops the source and may
 * leave repeatedly (§3.5, §3.6). An error of the source comes after the items that were read before it, an error of `abort`
 * at once.
 *
 * It has one consumer: `for await`, `forEach`, or anything that accepts an `AsyncIterable`, such as `Readable.from`.
 */
export class BackpressureStream<T> implements AsyncIterable<T> {
  private readonly controller: BackpressureController<string>;
  private readonly waiting: Held<T>[] = [];
  private readonly over = Promise.withResolvers<void>();
  private readonly bytesOf: (item: T) => number;
  private readonly signal: AbortSignal | undefined;
  private iterator: AsyncIterator<T> | Iterator<T> | undefined;
  /** The pending read of the source. */
  private asked: Promise<void> | undefined;
  private closing: Promise<unknown> | undefined;
  private demand: PromiseWithResolvers<Held<T> | undefined> | undefined;
  private failure: { readonly error: unknown } | undefined;
  private hasConsumer = false;
  private isPaused = false;
  private isSourceOver = false;
  private isLeft = false;

  /** Reads nothing before the first demand. @throws {RangeError} unless the low watermark is below the high one */
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

  /** The held items: those that wait, and those that were taken and not yet released. */
  get load(): Load {
    return this.controller.load;
  }

  /** The reasons why reading is paused; `backpressure` when too much is held. */
  get pauseReasons(): readonly string[] {
    return this.controller.pauseReasons;
  }

  /** Stops reading until every reason has been resumed. Items that were already read are still delivered. */
  pause(reason: string): void {
    this.controller.pause(reason);
  }

  resume(reason: string): void {
    this.controller.resume(reason);
  }

  /**
   * Closes the source and delivers all items that were read, including the item of a pending read.
   *
   * @returns when the consumer has taken all of them @throws the error that the source throws when it is closed
   */
  async drain(): Promise<void> {
    if (!this.hasConsumer) this.leave();
    this.closeSource();
    await this.closing;
    this.settle();
    await this.over.promise;
  }

  /** Drops the waiting items and rejects the consumer with the reason at once. Ignores an error of the source on closing. */
  abort(reason: unknown = new DOMException('the stream was aborted', 'AbortError')): void {
    if (this.isLeft) return;
    this.failure = { error: reason };
    this.leave();
    this.settle();
  }

  /**
   * Takes the next item, for consumers that hold several items at once.
   *
   * @returns undefined after the last item
   * @throws the error of the source, the reason of `abort`, or a {TypeError} while another call is pending
   */
  take(): Promise<Held<T> | undefined> {
    if (this.demand !== undefined)
      throw new TypeError('take() is pending: a stream has one consumer, which takes one item at a time');
    const demand = Promise.withResolvers<Held<T> | undefined>();
    this.demand = demand;
    this.hasConsumer = true;
    this.settle();
    this.ask();
    return demand.promise;
  }

  /** Releases an item when the consumer requests the next one. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    if (this.hasConsumer) throw new TypeError('this stream already has a consumer, and it can have only one');
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

  /** @returns undefined when the source has ended or failed */
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

  /** Settles the pending demand of the consumer if an item is available or the stream is over. */
  private settle(): void {
    const { demand } = this;
    if (demand === undefined) return;
    const held = this.waiting.shift();
    const isOver = this.isLeft || (this.isSourceOver && this.asked === undefined);
    if (held === undefined && !isOver) return;
    this.demand = undefined;
    if (held !== undefined) {
      demand.resolve(held);
      return;
    }
    this.leave();
    if (this.failure === undefined) demand.resolve(undefined);
    else demand.reject(this.failure.error);
  }

  /** Ends the stream: from now on it reads and delivers nothing. Idempotent. */
  private leave(): void {
    this.isLeft = true;
    this.signal?.removeEventListener('abort', this.abortBySignal);
    this.closeSource();
    for (const { release } of this.waiting.splice(0)) release();
    this.over.resolve();
  }

  /** Starts closing without waiting: a generator with a pending read closes only after its answer, which may never come. */
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
