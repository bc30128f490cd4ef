import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mergeSorted } from './merge-sorted.ts';
import { UnsortedSourceError } from './unsorted-source.error.ts';

const byNumber = (one: number, other: number) => one - other;

async function* later<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('merging sorted sources', () => {
  it('returns all items sorted, from arrays and from streams', async () => {
    const someSources = fc.array(
      fc.record({ numbers: fc.array(fc.integer({ min: 0, max: 20 })), isStream: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(someSources, async (drawn) => {
        const sorted = drawn.map(({ numbers }) => numbers.toSorted(byNumber));
        const sources = sorted.map((items, n) => (drawn[n]?.isStream ? later(items) : items));
        expect(await collect(mergeSorted(sources, byNumber))).toEqual(sorted.flat().sort(byNumber));
      }),
    );
  });

  it('orders equal items by the index of their source', async () => {
    const item = (source: string, rank: number) => ({ source, rank });
    const sources = ['a', 'b', 'c'].map((name) => [item(name, 1), item(name, 1), item(name, 2)]);
    const merged = await collect(mergeSorted(sources, (one, other) => one.rank - other.rank));
    expect(merged.map(({ source, rank }) => `${source}${rank}`).join(' ')).toBe('a1 a1 b1 b1 c1 c1 a2 b2 c2');
  });

  it('reads only one item ahead and closes the remaining sources', async () => {
    const read: number[] = [];
    let closed = 0;
    async function* endless(from: number): AsyncGenerator<number> {
      try {
        for (let n = from; ; n += 2) {
          read.push(n);
          yield await Promise.resolve(n);
        }
      } finally {
        closed++;
      }
    }
    for await (const n of mergeSorted([endless(0), endless(1)], byNumber)) if (n === 3) break;
    expect(read.sort(byNumber)).toEqual([0, 1, 2, 3, 4]);
    expect(closed).toBe(2);
  });

  it('rejects with the error of a failing source', async () => {
    async function* broken(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new Error('broken');
    }
    await expect(collect(mergeSorted([[2], broken()], byNumber))).rejects.toThrow('broken');
  });

  it('refuses a source in another order instead of returning a wrong order', async () => {
    const merged = collect(
      mergeSorted(
        [
          [1, 2],
          [1, 3, 2],
        ],
        byNumber,
      ),
    );
    await expect(merged).rejects.toThrow(UnsortedSourceError);
  });
});
