import { type Product } from '../http/products.ts';

const MATERIALS = ['Oak', 'Walnut', 'Linen', 'Wool', 'Copper', 'Steel', 'Slate', 'Cork', 'Glass', 'Clay'];
const THINGS = [
  'Desk Lamp',
  'Bookend',
  'Tray',
  'Clock',
  'Vase',
  'Coat Hook',
  'Picture Frame',
  'Planter',
  'Pen Stand',
  'Door Stop',
  'Candle Holder',
  'Paper Weight',
];

const PLENTY = 1_000_000;

/** The scarce product and the sold-out product, which the scenarios about missing stock use. */
const UNUSUAL_STOCK: Readonly<Record<string, number>> = { 'GW-0119': 5, 'GW-0120': 0 };

/**
 * The catalogue of the demonstration shop: `GW-0001` to `GW-0120`. Every database that holds products is seeded from this
 * list, so the shards, which calculate the price of an order, and the events database, which shows prices, agree.
 */
export const SEED_PRODUCTS: readonly Product[] = MATERIALS.flatMap((material) =>
  THINGS.map((thing) => `${material} ${thing}`),
).map((name, index) => {
  const sku = `GW-${String(index + 1).padStart(4, '0')}`;
  return { sku, name, price: priceOf(index), stock: UNUSUAL_STOCK[sku] ?? PLENTY };
});

/** Spreads prices between 4.99 and 98.99 EUR over the catalogue. 37 is coprime to 95, so neighbouring products differ. */
function priceOf(index: number): Product['price'] {
  return { amount: ((index * 37) % 95) * 100 + 499, currency: 'EUR' };
}
