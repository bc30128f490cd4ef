import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^([1-9]\d{0,5})(ms|s|m|h|d)$/;
const EXPECTED = 'expected a duration in ms, s, m, h or d, e.g. 30s or 8d';

/** `5m` → 300000. A text that is no duration is NaN, which compares with nothing. */
export function parseDurationMs(text: string): number {
  const [, count, unit] = DURATION.exec(text) ?? [];
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** A duration with its unit, for what people count in minutes to days. */
export function duration(byDefault: string) {
  return z
    .string({ error: EXPECTED })
    .default(byDefault)
    .describe(EXPECTED)
    .refine((value) => !Number.isNaN(parseDurationMs(value)), EXPECTED)
    .transform(parseDurationMs);
}
