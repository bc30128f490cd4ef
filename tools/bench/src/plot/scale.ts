export interface Scale {
  /** Returns the position of a value: 0 at the low end, 1 at the high end. */
  at(value: number): number;
  readonly ticks: readonly number[];
}

/**
 * Returns a scale from the tick at or below `low` to the tick at or above `high`, in steps of 1, 2 or 5 times a power of
 * ten.
 */
export function linearScale(low: number, high: number): Scale {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) as number);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, n) =>
    Number(((first + n) * step).toPrecision(12)),
  );
  const [from, to] = [first * step, last * step];
  return { at: (value) => (value - from) / (to - from), ticks };
}

/** Returns a logarithmic scale between two powers of ten. */
export function logScale(low: number, high: number): Scale {
  const [from, to] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  const ticks = Array.from({ length: to - from + 1 }, (_, n) => Number((10 ** (from + n)).toPrecision(12)));
  return { at: (value) => (Math.log10(value) - from) / (to - from), ticks };
}
