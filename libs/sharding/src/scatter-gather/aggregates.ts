/**
 * An aggregate over shards is merged from parts that can be merged exactly, not from final results: an average of averages
 * is wrong as soon as two shards differ in size. Each aggregate has an `empty` value that changes nothing, and a `merge`
 * that is commutative and associative.
 */
export interface Aggregate<T> {
  readonly empty: T;
  merge(one: T, other: T): T;
}

export const count: Aggregate<bigint> = { empty: 0n, merge: (one, other) => one + other };

/** Exact. A sum of many `bigint`s may exceed 64 bits, and Postgres returns it as `numeric`. NULL without rows. */
export const sum: Aggregate<bigint | null> = {
  empty: null,
  merge: (one, other) => (one === null || other === null ? (one ?? other) : one + other),
};

export const minimum = extreme((one: bigint, other: bigint) => one <= other);
export const maximum = extreme((one: bigint, other: bigint) => one >= other);

/** Returns the aggregate of the better of two values. NULL means "no row with a value" and loses against every value. */
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
 * Computes the average from the sum and the number of non-NULL values, rounded to an integer, halves away from zero, as
 * `round(avg(…))` does. NULL without values.
 */
export function averageOf(sum: bigint | null, values: bigint): bigint | null {
  if (sum === null || values === 0n) return null;
  const [magnitude, sign] = sum < 0n ? [-sum, -1n] : [sum, 1n];
  return sign * ((2n * magnitude + values) / (2n * values));
}
