import { type Money } from '@groundwork/contracts';

/**
 * The highest price of a product: ten million major units of the currency. 100 lines of 1000 such units make 10^14 minor
 * units, which a `bigint` and a JavaScript number (9 × 10^15) both hold exactly, so no total can overflow. The products
 * table enforces the limit.
 */
export { MAX_PRICE_AMOUNT } from '@groundwork/contracts';

/** The only currency of the shop, so the lines of an order can be added up. The products table enforces it. */
export const SHOP_CURRENCY = 'EUR';

/** @param amount minor units as Postgres returns a `bigint`: decimal text */
export function moneyOf(amount: string, currency: string): Money {
  const value = Number(amount);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${amount} is not an exact amount of money`);
  return { amount: value, currency };
}
