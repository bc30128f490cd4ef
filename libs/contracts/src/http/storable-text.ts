import { z } from 'zod';

const EXPECTED = 'expected no U+0000 and no half of a surrogate pair';

/** Text that a database can keep and compare: Postgres's text holds no U+0000, its jsonb no half of a surrogate pair either. */
export const storableText = (most: number, text = z.string()) =>
  text
    .min(1)
    .max(most)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), EXPECTED);
