import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^([1-9]\d{0,5})(ms|s|m|h|d)$/;
const EXPECTED = 'expected a duration in ms, s, m, h or d, e.g. 30s or 8d';

/** Parses a duration: `5m` → 300000. Returns NaN, which fails every comparison, when the text is not a duration. */
export function parseDurationMs(text: string): number {
  const [, count, unit] = DURATION.exec(text) ?? [];
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** The type of a variable that holds a duration with its unit, such as minutes or days. */
export function duration(byDefault: string) {
  return z
    .string({ error: EXPECTED })
    .default(byDefault)
    .describe(EXPECTED)
    .refine((value) => !Number.isNaN(parseDurationMs(value)), EXPECTED)
    .transform(parseDurationMs);
}
