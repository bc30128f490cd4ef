import { z } from 'zod';
import { Money } from '../money.ts';
import { Region } from './customers.ts';
import { Order, OrderStatus } from './orders.ts';

export const AllOrdersSort = z
  .enum(['-createdAt', 'createdAt', '-total', 'total', '-settledAt', 'settledAt'])
  .describe(
    'A minus sign sorts descending. Unsettled orders sort after every settled one: last by `settledAt`, first by `-settledAt`.',
  );
export type AllOrdersSort = z.infer<typeof AllOrdersSort>;

/** The filters that both queries over all shards accept. */
const filter = {
  status: OrderStatus.optional(),
  region: Region.optional().describe("The customer's"),
  partial: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('Whether to return the answer of the remaining shards when some shards fail'),
};

/** The query of `GET /v1/orders`. */
export const ListAllOrdersQuery = z.strictObject({
  ...filter,
  sort: AllOrdersSort.default('-createdAt'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(512).optional(),
});
export type ListAllOrdersQuery = z.output<typeof ListAllOrdersQuery>;

/** The query of `GET /v1/orders/summary`. */
export const SummariseOrdersQuery = z.strictObject(filter);
export type SummariseOrdersQuery = z.output<typeof SummariseOrdersQuery>;

/** Names the shards whose rows are missing from an answer. */
const completeness = {
  complete: z.boolean().describe('Whether every shard answered; always true without `partial=true`'),
  failedShards: z.array(z.string()),
};

/**
 * One keyset page of the orders of all shards. `nextCursor` is null when the shards that answered have no further orders.
 */
export const AllOrdersPage = z
  .strictObject({ items: z.array(Order), nextCursor: z.string().nullable(), ...completeness })
  .meta({ id: 'AllOrdersPage' });
export type AllOrdersPage = z.infer<typeof AllOrdersPage>;

/** A sum of money. The amount is text, because a sum may exceed the 53 bits of a JSON number. */
export const MoneySum = z
  .strictObject({
    amount: z
      .string()
      .regex(/^-?\d+$/)
      .describe('Integer minor units, in decimal digits'),
    currency: z.string(),
  })
  .meta({ id: 'MoneySum', examples: [{ amount: '9007199254740993', currency: 'EUR' }] });
export type MoneySum = z.infer<typeof MoneySum>;

const figures = {
  count: z.int(),
  sum: MoneySum,
  average: Money.nullable().describe(
    'Rounded to the whole minor unit, halves up; null when there are no orders',
  ),
  smallest: Money.nullable(),
  largest: Money.nullable(),
};

/** Statistics of the totals of a set of orders. */
export const OrderFigures = z.strictObject(figures).meta({ id: 'OrderFigures' });
export type OrderFigures = z.infer<typeof OrderFigures>;

export const OrdersSummary = z
  .strictObject({
    all: OrderFigures.describe(
      'Counts each order once. A transferred order counts as the new order; while the transfer is running, as the original order',
    ),
    byStatus: z.array(z.strictObject({ status: OrderStatus, ...figures })),
    ...completeness,
  })
  .meta({ id: 'OrdersSummary' });
export type OrdersSummary = z.infer<typeof OrdersSummary>;
