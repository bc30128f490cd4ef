import { z } from 'zod';

/** The largest id: 63 bits, so that an id is always a positive Postgres `bigint`. */
const MAX_ID = (2n ** 63n - 1n).toString();

const EXAMPLE = '7218839283711234561';
const EXPECTED = `expected an id: a decimal number such as ${EXAMPLE}, at most ${MAX_ID}`;

/**
 * The serialised form of a 64-bit id: a decimal string without sign or leading zeros. A JavaScript number holds only 53
 * bits, so an id is never a number.
 */
export const Id = z
  .string()
  .regex(/^[1-9][0-9]{0,18}$/, EXPECTED)
  .refine((id) => id.length < MAX_ID.length || id <= MAX_ID, EXPECTED)
  .meta({ id: 'Id', examples: [EXAMPLE] });
export type Id = z.infer<typeof Id>;
