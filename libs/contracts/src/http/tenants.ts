import { z } from 'zod';

/** A group of customers that are stored in the same slot, such as the employees of one company. */
export const Tenant = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and dashes')
  .meta({ id: 'Tenant', examples: ['acme'] });
export type Tenant = z.infer<typeof Tenant>;

/** The body of `PUT /v1/admin/tenants/{tenant}`. */
export const PinTenant = z.strictObject({ slot: z.int().min(0).max(4095) }).meta({ id: 'PinTenant' });
export type PinTenant = z.infer<typeof PinTenant>;

/** The slot of a tenant's customers. `used`: a customer has signed up, or tried to, so the pin is permanent. */
export const TenantPin = z
  .strictObject({ tenant: Tenant, slot: z.int(), used: z.boolean(), pinnedAt: z.iso.datetime() })
  .meta({ id: 'TenantPin' });
export type TenantPin = z.infer<typeof TenantPin>;
