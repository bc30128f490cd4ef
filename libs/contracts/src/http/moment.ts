import { z } from 'zod';

/** A time that Postgres can store. Postgres has no year 0. */
export const moment = z.iso
  .datetime()
  .refine((text) => !text.startsWith('0000'), 'expected a year from 0001');
