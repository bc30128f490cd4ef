import { z } from 'zod';

const EXPECTED = 'expected no U+0000 and no half of a surrogate pair';

/** Text that Postgres can store and compare: `text` rejects U+0000, and `jsonb` also rejects half of a surrogate pair. */
export const storableText = (most: number, text = z.string()) =>
  text
    .min(1)
    .max(most)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), EXPECTED);
