import { type WantedLine } from './reserve-stock.statement.ts';

/** A product that there is not enough of; `stock` is null for one that does not exist. */
export interface ShortLine extends WantedLine {
  readonly stock: number | null;
}

/** What is left of locked products while one order after the other is decided on. */
export class RemainingStock {
  private readonly taken = new Map<string, number>();

  /** @param stock units of each product that exists */
  constructor(private readonly stock: ReadonlyMap<string, number>) {}

  /**
   * Sets all lines of an order aside, or none.
   *
   * @returns what there is not enough of, by sku; when there is any, nothing was set aside
   */
  takeAllOrNone(lines: readonly WantedLine[]): ShortLine[] {
    const wanted = quantities(lines);
    const short = [...wanted]
      .map(([sku, quantity]) => ({ sku, quantity, stock: this.left(sku) }))
      .filter(({ quantity, stock }) => stock === null || stock < quantity);
    if (short.length > 0) return short.sort((a, b) => (a.sku < b.sku ? -1 : 1));
    for (const [sku, quantity] of wanted) this.taken.set(sku, (this.taken.get(sku) ?? 0) + quantity);
    return [];
  }

  /** Units set aside of each product, over all orders. */
  get setAside(): ReadonlyMap<string, number> {
    return this.taken;
  }

  private left(sku: string): number | null {
    const stock = this.stock.get(sku);
    return stock === undefined ? null : stock - (this.taken.get(sku) ?? 0);
  }
}

function quantities(lines: readonly WantedLine[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}
