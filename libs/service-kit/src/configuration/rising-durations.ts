import { z } from 'zod';
import { parseDurationMs } from './duration-text.ts';

/** A duration as it was written, and its length in milliseconds. */
export interface NamedDuration {
  readonly name: string;
  readonly ms: number;
}

const EXPECTED = 'expected durations that rise, comma-separated, in ms, s, m, h or d, e.g. 1s,5s,30s,5m,1h';
/** The limit of Node's timers: a longer timer would fire at once. */
const MAX_MS = 2_147_483_647;

/** `1s,5m` → `[{ name: '1s', ms: 1000 }, { name: '5m', ms: 300000 }]` */
export function risingDurations(byDefault: string) {
  return z
    .string({ error: EXPECTED })
    .default(byDefault)
    .describe(EXPECTED)
    .transform((value, context): readonly NamedDuration[] => {
      // An invalid duration is NaN, which fails the comparison below.
      const durations = value.split(',').map((name) => ({ name, ms: parseDurationMs(name) }));
      const areRising = durations.every(
        ({ ms }, index) => ms > (durations[index - 1]?.ms ?? 0) && ms <= MAX_MS,
      );
      if (areRising) return durations;
      context.issues.push({ code: 'custom', input: value, message: EXPECTED });
      return z.NEVER;
    });
}
