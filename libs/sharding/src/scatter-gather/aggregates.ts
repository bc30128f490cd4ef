/**
 * What shards count is put together from what can be added, never from what each has finished: the average of averages is
 * wrong as soon as two shards differ in size. Each aggregate has an `empty` that changes nothing, and a `merge` for which
 * neither order nor grouping matters.
 */
export interface Aggregate<T> {
  readonly empty: T;
  merge(one: T, other: T): T;
}

export const count: Aggregate<bigint> = { empty: 0n, merge: (one, other) => one + other };

/** Exact: the sum of many `bigint`s is more than 64 bits hold, and Postgres answers with a `numeric`. NULL for no row. */
export const sum: Aggregate<bigint | null> = {
  empty: null,
  merge: (one, other) => (one === null || other === null ? (one ?? other) : one + other),
};

export const minimum = extreme((one: bigint, other: bigint) => one <= other);
export const maximum = extreme((one: bigint, other: bigint) => one >= other);

/** The better of two by any order; NULL means that there was no row with a value, and loses against everything. */
export function extreme<V>(isBetter: (one: V, other: V) => boolean): Aggregate<V | null> {
  return {
    empty: null,
    merge: (one, other) => {
      if (one === null || other === null) return one ?? other;
      return isBetter(one, other) ? one : other;
    },
  };
}

/**
 * The average from the sum and the number of values (those that are not NULL), to a whole number, halves away from zero:
 * what `round(avg(…))` answers. NULL for no value.
 */
export function averageOf(sum: bigint | null, values: bigint): bigint | null {
  if (sum === null || values === 0n) return null;
  const [magnitude, sign] = sum < 0n ? [-sum, -1n] : [sum, 1n];
  return sign * ((2n * magnitude + values) / (2n * values));
}
