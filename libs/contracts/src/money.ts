import { z } from 'zod';

/** An amount of money in the integer minor unit of its currency (cents of EUR). */
export const Money = z
  .strictObject({
    amount: z.int().describe('Integer minor units, e.g. cents'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code')
      .describe('ISO 4217 code'),
  })
  .meta({ id: 'Money', examples: [{ amount: 1999, currency: 'EUR' }] });
export type Money = z.infer<typeof Money>;
