import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { entryOf } from '../conformance/tier.conformance.ts';
import { freezeJson } from '../values/freeze-json.ts';
import { MemoryTier } from './memory-tier.ts';

const product = (index: number) => ({
  ...{
    sku: `SKU-${index}`,
    name: `A pen ${index}`,
    priceCents: 1_000 + index,
    currency: 'EUR',
    stock: index,
  },
});

describe('the bytes that L1 counts', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heapUsed = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };

  it.each<[what: string, entries: number, valueOf: (index: number) => unknown]>([
    ['null', 40_000, () => null],
    ['fractions', 40_000, (index) => index + 0.5],
    ['texts of 100 characters', 40_000, (index) => `${'x'.repeat(90)}${index}`],
    ['texts of 1,000 characters', 10_000, (index) => `${'x'.repeat(990)}${index}`],
    ['texts with two bytes for each character', 40_000, (index) => `${'\u0436'.repeat(90)}${index}`],
    ['products', 40_000, product],
    [
      'lists of 20 products',
      4_000,
      (index) => Array.from({ length: 20 }, (_, at) => product(index * 20 + at)),
    ],
    [
      'maps of 300 names',
      1_000,
      (index) => Object.fromEntries(Array.from({ length: 300 }, (_, at) => [randomUUID(), index + at])),
    ],
    [
      'maps of 40 names',
      4_000,
      (index) => Object.fromEntries(Array.from({ length: 40 }, (_, at) => [randomUUID(), index + at])),
    ],
    ['lists of 100 numbers', 10_000, (index) => Array.from({ length: 100 }, (_, at) => index + at)],
  ])('are close to those of the heap: %s', (_, entries, valueOf) => {
    const tier = new MemoryTier({ maxEntries: entries, maxBytes: 2 ** 40 });
    const before = heapUsed();
    for (let index = 0; index < entries; index += 1) {
      const [key, tags] = [`product:${index}`, [`product:${index}`]];
      const value = freezeJson(JSON.stringify(valueOf(index)));
      tier.write(key, entryOf(value, { tags }), tier.fence(key, tags));
    }
    const ratio = tier.bytes / (heapUsed() - before);
    expect(tier.read('product:1')).toBeDefined();
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.4);
  });
});
