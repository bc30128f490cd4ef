import { describe, expect, it } from '@jest/globals';
import { Product } from '../http/products.ts';
import { SEED_PRODUCTS } from './products.ts';

describe('the seeded catalogue', () => {
  it('has 120 valid products, GW-0001 to GW-0120', () => {
    for (const product of SEED_PRODUCTS) expect(Product.parse(product)).toEqual(product);
    expect(SEED_PRODUCTS).toHaveLength(120);
    expect(new Set(SEED_PRODUCTS.map(({ sku }) => sku)).size).toBe(120);
    expect(new Set(SEED_PRODUCTS.map(({ name }) => name)).size).toBe(120);
    expect(SEED_PRODUCTS.at(-1)?.sku).toBe('GW-0120');
  });

  it('keeps its prices, because every database was seeded with them', () => {
    const prices = ['GW-0001', 'GW-0002', 'GW-0120'].map(
      (sku) => SEED_PRODUCTS.find((product) => product.sku === sku)?.price,
    );
    expect(prices).toEqual([499, 4199, 3799].map((amount) => ({ amount, currency: 'EUR' })));
  });

  it('has one scarce product and one sold-out product', () => {
    const unusual = SEED_PRODUCTS.filter(({ stock }) => stock !== 1_000_000);
    expect(unusual.map(({ sku, stock }) => [sku, stock])).toEqual([
      ['GW-0119', 5],
      ['GW-0120', 0],
    ]);
  });
});
