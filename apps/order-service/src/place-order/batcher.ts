export interface BatcherOptions {
  /** Default: 32. Measured: larger batches gain little, and everybody in one waits for all of it. */
  readonly maxBatchSize?: number;
  /** Default: 2. While one commits, the next is at work; more only make the batches smaller. */
  readonly maxInFlight?: number;
  /** Default: 1000. Items beyond it are refused at once: a line without a bound outlives the clients in it. */
  readonly maxWaiting?: number;
  /** Whether an error is about the way to the database and so about every item: trying them singly would only add to it. */
  readonly isAboutAll: (error: unknown) => boolean;
  /** Makes the error of an item that was never run: the line was full, or its turn did not come in time. */
  readonly overloaded: () => unknown;
}

export interface Wanted {
  /** An item whose batch has not begun by then, by `performance.now()`, never begins. */
  readonly untilMs: number;
  /** An item whose signal is aborted before its batch begins never begins, and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly wanted: Wanted;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does together what is asked for at the same time: the items of one turn of the event loop, and those that pile up while
 * as many batches as allowed are under way. An idle batcher adds no wait: an item alone is a batch of one. When a batch
 * fails, each of its items is tried alone, so that one bad item fails by itself; `run` must therefore change nothing when
 * it rejects, or know an item again.
 *
 * The line is bounded in length and in time: an item waits no longer than it is wanted, and its turn does not come later.
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

  /** @param run gives a result for each item, in the order of the items */
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

  /** A batch that hangs ends no other wait: those who wait behind it are refused by the clock. */
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

  /** Up to an error that is about all: a database that dies here is waited for once, and not by each. */
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
