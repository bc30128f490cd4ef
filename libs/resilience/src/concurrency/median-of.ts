/** Returns the median; of an even number of values, the lower one in the middle. @param values at least one */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] as number;
}
