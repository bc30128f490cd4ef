import { z } from 'zod';
import { Id } from '../ids.ts';

export const Region = z.enum(['eu', 'us', 'ap']).meta({ id: 'Region' });
export type Region = z.infer<typeof Region>;

/** The body of `POST /v1/customers`. */
export const CreateCustomer = z
  .strictObject({
    email: z.email().max(254),
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .regex(/^\P{Cc}*$/u, 'expected no control characters'),
    region: Region,
  })
  .meta({ id: 'CreateCustomer' });
export type CreateCustomer = z.infer<typeof CreateCustomer>;

export const Customer = z
  .strictObject({ id: Id, email: z.string(), name: z.string(), region: Region, createdAt: z.iso.datetime() })
  .meta({ id: 'Customer' });
export type Customer = z.infer<typeof Customer>;
