/** A source that counts its calls. An item may be a promise. */
export interface CountedSource<T> extends AsyncIterable<T> {
  readonly asked: number;
  /** The number of items that were delivered. */
  readonly read: number;
  readonly closed: number;
}

/** Creates a source that fails when it is asked while a read is still pending. */
export function countedSource<T>(items: readonly (T | Promise<T>)[]): CountedSource<T> {
  const source = {
    asked: 0,
    read: 0,
    closed: 0,
    [Symbol.asyncIterator](): AsyncIterator<T> {
      return {
        async next() {
          if (source.asked > source.read) throw new Error('the stream requested two items at a time');
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
