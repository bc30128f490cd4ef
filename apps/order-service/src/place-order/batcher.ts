export interface BatcherOptions {
  /** Default: 32. Measured: larger batches gain little, and everybody in one waits for all of it. */
  readonly maxBatchSize?: number;
  /** Default: 2. While one commits, the next is at work; more only make the batches smaller. */
  readonly maxInFlight?: number;
  /** Whether an error is about the way to the database and so about every item: trying them singly would only add to it. */
  readonly isAboutAll: (error: unknown) => boolean;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does together what is asked for at the same time: the items of one turn of the event loop, and those that pile up while
 * as many batches as allowed are under way. An idle batcher adds no wait: an item alone is a batch of one. When a batch
 * fails, each of its items is tried alone, so that one bad item fails by itself; `run` must therefore change nothing when
 * it rejects, or know an item again.
 */
export class Batcher<Item, Result> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private readonly maxBatchSize: number;
  private readonly maxInFlight: number;
  private readonly isAboutAll: (error: unknown) => boolean;
  private inFlight = 0;
  private scheduled = false;

  /** @param run gives a result for each item, in the order of the items */
  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly Result[]>,
    { maxBatchSize = 32, maxInFlight = 2, isAboutAll }: BatcherOptions,
  ) {
    this.maxBatchSize = maxBatchSize;
    this.maxInFlight = maxInFlight;
    this.isAboutAll = isAboutAll;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.scheduled) return;
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        this.flush();
      });
    });
  }

  private flush(): void {
    while (this.inFlight < this.maxInFlight && this.waiting.length > 0) {
      this.inFlight += 1;
      void this.settle(this.waiting.splice(0, this.maxBatchSize)).finally(() => {
        this.inFlight -= 1;
        this.flush();
      });
    }
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
    for (const [index, { item, resolve, reject }] of batch.entries()) {
      try {
        const [result] = await this.run([item]);
        resolve(result as Result);
      } catch (error) {
        reject(error);
        if (!this.isAboutAll(error)) continue;
        for (const left of batch.slice(index + 1)) left.reject(error);
        return;
      }
    }
  }
}
