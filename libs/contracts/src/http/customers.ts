import { z } from 'zod';
import { Id } from '../ids.ts';
import { emailAddress } from './email-address.ts';
import { Tenant } from './tenants.ts';

export const Region = z.enum(['eu', 'us', 'ap']).meta({ id: 'Region' });
export type Region = z.infer<typeof Region>;

/** The body of `POST /v1/customers`. */
export const CreateCustomer = z
  .strictObject({
    email: emailAddress,
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .regex(/^\P{Cc}*$/u, 'expected no control characters'),
    region: Region,
    /**
     * A customer of a tenant is stored in the slot the tenant is pinned to; any other customer in the slot of the e-mail's
     * hash.
     */
    tenant: Tenant.optional(),
  })
  .meta({ id: 'CreateCustomer' });
export type CreateCustomer = z.infer<typeof CreateCustomer>;

export const Customer = z
  .strictObject({
    id: Id,
    email: z.string(),
    name: z.string(),
    region: Region,
    tenant: Tenant.optional(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Customer' });
export type Customer = z.infer<typeof Customer>;

/** The query of `GET /v1/customers`: finds the customer with an e-mail address, or all customers of a region. */
export const FindCustomersQuery = z
  .strictObject({
    email: emailAddress.optional(),
    region: Region.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(20),
    cursor: z.string().min(1).max(512).optional(),
  })
  .refine(({ email, region }) => email === undefined || region === undefined, {
    message: 'expected either an e-mail or a region',
  })
  .refine(({ email, cursor }) => email === undefined || cursor === undefined, {
    path: ['cursor'],
    message: 'expected a cursor with a region only',
  });
export type FindCustomersQuery = z.infer<typeof FindCustomersQuery>;

/**
 * Customers in the order of their sign-up. A page may hold fewer than `limit` items; `nextCursor` is null on the last page.
 */
export const CustomerPage = z
  .strictObject({ items: z.array(Customer), nextCursor: z.string().nullable() })
  .meta({ id: 'CustomerPage' });
export type CustomerPage = z.infer<typeof CustomerPage>;
