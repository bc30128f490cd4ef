/** A binary heap with a custom comparison. Reads the least item in O(1); adds an item or replaces the least in O(log n). */
export class BinaryHeap<T> {
  private readonly items: T[] = [];

  constructor(private readonly compare: (one: T, other: T) => number) {}

  get least(): T | undefined {
    return this.items[0];
  }

  add(item: T): void {
    let at = this.items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.compareAt(parent, at) <= 0) return;
      this.swap(parent, at);
      at = parent;
    }
  }

  removeLeast(): void {
    const last = this.items.pop() as T;
    if (this.items.length > 0) this.replaceLeast(last);
  }

  /** Cheaper than removing and adding: the new item sinks from the top. */
  replaceLeast(item: T): void {
    this.items[0] = item;
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < this.items.length && this.compareAt(left, least) < 0) least = left;
      if (right < this.items.length && this.compareAt(right, least) < 0) least = right;
      if (least === at) return;
      this.swap(least, at);
      at = least;
    }
  }

  private compareAt(one: number, other: number): number {
    return this.compare(this.items[one] as T, this.items[other] as T);
  }

  private swap(one: number, other: number): void {
    [this.items[one], this.items[other]] = [this.items[other] as T, this.items[one] as T];
  }
}
