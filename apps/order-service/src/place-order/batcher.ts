export interface BatcherOptions {
  /** Default: 32. Measured: larger batches gain little, and every item waits for its whole batch. */
  readonly maxBatchSize?: number;
  /** Default: 2. While one batch commits, the next one runs; more concurrency only makes the batches smaller. */
  readonly maxInFlight?: number;
  /** Default: 1000. Further items are rejected immediately: in an unbounded queue, items wait longer than their clients. */
  readonly maxWaiting?: number;
  /** Returns whether an error concerns the database itself, and so every item: single retries would only add load. */
  readonly isAboutAll: (error: unknown) => boolean;
  /** Creates the error of an item that never ran: the queue was full, or the item expired in the queue. */
  readonly overloaded: () => unknown;
}

export interface Wanted {
  /** The deadline for the start of the item, by `performance.now()`. The item never starts later. */
  readonly untilMs: number;
  /** When the signal is aborted before the batch starts, the item never starts and rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly wanted: Wanted;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs concurrent items together: the items of one turn of the event loop, and those that queue up while the maximum number
 * of batches is in flight. An idle batcher adds no wait: a single item is a batch of one. When a batch fails, each of its
 * items is retried alone, so that an invalid item fails alone. `run` must therefore change nothing when it rejects, or be
 * idempotent for each item.
 *
 * The queue is bounded in length and in time: an item waits at most until its deadline, and never starts after it.
 */
export class Batcher<Item, Result> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private readonly maxBatchSize: number;
  private readonly maxInFlight: number;
  private readonly maxWaiting: number;
  private readonly isAboutAll: (error: unknown) => boolean;
  private readonly overloaded: () => unknown;
  private inFlight = 0;
  private isScheduled = false;
  private expiry: NodeJS.Timeout | undefined;

  /** @param run returns a result for each item, in the order of the items */
  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly Result[]>,
    { maxBatchSize = 32, maxInFlight = 2, maxWaiting = 1_000, isAboutAll, overloaded }: BatcherOptions,
  ) {
    this.maxBatchSize = maxBatchSize;
    this.maxInFlight = maxInFlight;
    this.maxWaiting = maxWaiting;
    this.isAboutAll = isAboutAll;
    this.overloaded = overloaded;
  }

  add(item: Item, wanted: Wanted): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length >= this.maxWaiting) this.refuseExpired();
      if (this.waiting.length >= this.maxWaiting) return reject(this.overloaded());
      this.waiting.push({ item, wanted, resolve, reject });
      if (this.isScheduled) return;
      this.isScheduled = true;
      setImmediate(() => {
        this.isScheduled = false;
        this.flush();
      });
    });
  }

  private flush(): void {
    while (this.inFlight < this.maxInFlight && this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.maxBatchSize).filter((one) => this.mayBegin(one));
      if (batch.length === 0) continue;
      this.inFlight += 1;
      void this.settle(batch).finally(() => {
        this.inFlight -= 1;
        this.flush();
      });
    }
    this.expireLater();
  }

  /** Rejects expired items by a timer, because no batch starts or ends while the running batches hang. */
  private expireLater(): void {
    const [first] = this.waiting;
    if (first === undefined) {
      clearTimeout(this.expiry);
      this.expiry = undefined;
      return;
    }
    this.expiry ??= setTimeout(
      () => {
        this.expiry = undefined;
        this.refuseExpired();
        this.expireLater();
      },
      Math.max(1, first.wanted.untilMs - performance.now()),
    );
  }

  private refuseExpired(): void {
    const all = this.waiting.splice(0);
    this.waiting.push(...all.filter((one) => this.mayBegin(one)));
  }

  private mayBegin({ wanted: { untilMs, signal }, reject }: Waiting<Item, Result>): boolean {
    if (signal?.aborted === true) reject(signal.reason);
    else if (performance.now() >= untilMs) reject(this.overloaded());
    else return true;
    return false;
  }

  private async settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (batch.length === 1 || this.isAboutAll(error)) for (const { reject } of batch) reject(error);
      else await this.settleSingly(batch);
    }
  }

  /** Stops at an error that concerns all items: when the database fails here, only one item waits for it. */
  private async settleSingly(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    for (const [index, one] of batch.entries()) {
      if (!this.mayBegin(one)) continue;
      try {
        const [result] = await this.run([one.item]);
        one.resolve(result as Result);
      } catch (error) {
        one.reject(error);
        if (!this.isAboutAll(error)) continue;
        for (const left of batch.slice(index + 1)) left.reject(error);
        return;
      }
    }
  }
}
