export interface Ratio {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Returns the geometric mean of ratios with its 95 % confidence interval. It is computed from logarithms, because the ratios
 * 2 and ½ are equally far from 1.
 */
export function ratioOf(ratios: readonly number[]): Ratio {
  const logs = ratios.map(Math.log);
  const n = logs.length;
  const mean = logs.reduce((sum, log) => sum + log, 0) / n;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1);
  const margin = studentT975(n - 1) * Math.sqrt(variance / n);
  return { mean: Math.exp(mean), low: Math.exp(mean - margin), high: Math.exp(mean + margin) };
}

/**
 * Returns the 97.5 % quantile of Student's t by its expansion around the normal quantile: accurate to 0.5 % from 5 degrees
 * of freedom on.
 */
function studentT975(degrees: number): number {
  const z = 1.959964;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}
