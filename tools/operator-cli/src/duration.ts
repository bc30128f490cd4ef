const UNITS = [
  ['s', 90, 60],
  ['min', 90, 60],
  ['h', 48, 24],
] as const;

/** Formats a duration for people: `40 s`, `12 min`, `5 h`, `9 d`. */
export function duration(ms: number): string {
  let whole = Math.max(1, Math.round(ms / 1_000));
  for (const [unit, most, perNext] of UNITS) {
    if (whole < most) return `${whole} ${unit}`;
    whole = Math.round(whole / perNext);
  }
  return `${whole} d`;
}
