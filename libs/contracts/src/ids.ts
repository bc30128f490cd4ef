import { z } from 'zod';

/** The largest id: 63 bits, so that an id is always a positive Postgres `bigint`. */
const MAX_ID = (2n ** 63n - 1n).toString();

/**
 * The serialised form of a 64-bit id: a decimal string without sign or leading zeros. A JavaScript number holds only 53
 * bits, so an id is never a number.
 */
export const Id = z
  .string()
  .regex(/^[1-9][0-9]{0,18}$/, 'expected a decimal id of at most 63 bits')
  .refine((id) => id.length < MAX_ID.length || id <= MAX_ID, 'expected a decimal id of at most 63 bits')
  .meta({ id: 'Id', examples: ['7218839283711234561'] });
export type Id = z.infer<typeof Id>;
