import { type WantedLine } from './reserve-stock.statement.ts';

/** A line that exceeds the stock of its product; `stock` is null if the product does not exist. */
export interface ShortLine extends WantedLine {
  readonly stock: number | null;
}

/** The remaining stock of locked products while the orders of a batch are decided one after the other. */
export class RemainingStock {
  private readonly taken = new Map<string, number>();

  /** @param stock units of each existing product */
  constructor(private readonly stock: ReadonlyMap<string, number>) {}

  /**
   * Reserves all lines of an order, or none.
   *
   * @returns the lines that exceed the stock, by sku; if there are any, nothing was reserved
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

  /** The reserved units of each product, over all orders. */
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
