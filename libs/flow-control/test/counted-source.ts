/** A source that tells what was asked of it; an item may be promised for later. */
export interface CountedSource<T> extends AsyncIterable<T> {
  readonly asked: number;
  /** Items that were answered. */
  readonly read: number;
  readonly closed: number;
}

/** Fails when it is asked while it still owes an answer. */
export function countedSource<T>(items: readonly (T | Promise<T>)[]): CountedSource<T> {
  const source = {
    asked: 0,
    read: 0,
    closed: 0,
    [Symbol.asyncIterator](): AsyncIterator<T> {
      return {
        async next() {
          if (source.asked > source.read) throw new Error('asked for two items at a time');
          if (source.asked === items.length) return { done: true, value: undefined };
          const value = await (items[source.asked++] as T | Promise<T>);
          source.read += 1;
          return { done: false, value };
        },
        return() {
          source.closed += 1;
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
  return source;
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}
