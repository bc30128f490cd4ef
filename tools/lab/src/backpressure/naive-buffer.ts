/**
 * NAIVE ON PURPOSE: the "backpressure" of many articles. The lab `backpressure` shows how it fails; use `BackpressureStream` and
 * `forEach` of `libs/flow-control`.
 *
 * The buffer has a limit, but the work on a full buffer is started without being awaited: the limit bounds how many items start
 * together, never how many are in flight.
 */
export class NaiveBuffer<T> {
  private items: T[] = [];

  constructor(
    private readonly work: (item: T) => Promise<void>,
    private readonly maxBuffer = 100,
  ) {}

  push(item: T): void {
    this.items.push(item);
    if (this.items.length >= this.maxBuffer) this.flush();
  }

  flush(): void {
    const batch = this.items;
    this.items = [];
    void Promise.all(batch.map((item) => this.work(item)));
  }
}
