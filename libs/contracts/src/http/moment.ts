import { z } from 'zod';

/** A time that a database can keep: it counts years from 1. */
export const moment = z.iso
  .datetime()
  .refine((text) => !text.startsWith('0000'), 'expected a year from 0001');
