import { BinaryHeap } from './binary-heap.ts';
import { UnsortedSourceError } from './unsorted-source.error.ts';

/**
 * Merges sorted sources into one sorted sequence (k-way, with a heap: log k comparisons an item). Equal items are ordered by
 * the index of their source, so the result is deterministic. Reads exactly one item ahead of each source. If the caller
 * leaves the loop early, the remaining sources are closed.
 *
 * @throws {UnsortedSourceError} if a source is in another order
 */
export async function* mergeSorted<T>(
  sources: readonly (AsyncIterable<T> | Iterable<T>)[],
  compare: (one: T, other: T) => number,
): AsyncGenerator<T, void, undefined> {
  const heads = new BinaryHeap<Head<T>>(
    (one, other) => compare(one.item, other.item) || one.source - other.source,
  );
  const iterators = sources.map(iteratorOf);
  try {
    const firsts = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (const [source, first] of firsts.entries()) {
      if (first.done !== true) heads.add({ source, item: first.value });
    }
    for (let head = heads.least; head !== undefined; head = heads.least) {
      yield head.item;
      const { source, item } = head;
      const next = await (iterators[source] as AsyncIterator<T>).next();
      if (next.done === true) heads.removeLeast();
      else if (compare(item, next.value) > 0) throw new UnsortedSourceError(source);
      else heads.replaceLeast({ source, item: next.value });
    }
  } finally {
    await Promise.all(iterators.map((iterator) => iterator.return?.()));
  }
}

interface Head<T> {
  readonly source: number;
  readonly item: T;
}

function iteratorOf<T>(source: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
