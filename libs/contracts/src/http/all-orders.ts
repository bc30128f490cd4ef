import { z } from 'zod';
import { Money } from '../money.ts';
import { Region } from './customers.ts';
import { Order, OrderStatus } from './orders.ts';

export const AllOrdersSort = z
  .enum(['-createdAt', 'createdAt', '-total', 'total', '-settledAt', 'settledAt'])
  .describe('A minus sorts descending. Orders that are not settled stand after every time of settling.');
export type AllOrdersSort = z.infer<typeof AllOrdersSort>;

/** What both questions to all shards can be narrowed by. */
const filter = {
  status: OrderStatus.optional(),
  region: Region.optional().describe("The customer's"),
  partial: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('Whether an answer without the shards that fail is better than none'),
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

/** Whose rows an answer lacks. */
const completeness = {
  complete: z.boolean().describe('Whether every shard answered; without `partial=true` always true'),
  failedShards: z.array(z.string()),
};

/** One keyset page of the orders of all shards; `nextCursor` is null when no shard that answered has more. */
export const AllOrdersPage = z
  .strictObject({ items: z.array(Order), nextCursor: z.string().nullable(), ...completeness })
  .meta({ id: 'AllOrdersPage' });
export type AllOrdersPage = z.infer<typeof AllOrdersPage>;

/** Sums outgrow the 53 bits of a JSON number, so the amount is text. */
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
  average: Money.nullable().describe('To the whole minor unit, halves up; null without orders'),
  smallest: Money.nullable(),
  largest: Money.nullable(),
};

/** What the totals of some orders come to. */
export const OrderFigures = z.strictObject(figures).meta({ id: 'OrderFigures' });
export type OrderFigures = z.infer<typeof OrderFigures>;

export const OrdersSummary = z
  .strictObject({
    all: OrderFigures.describe(
      'Each order once: one that was transferred counts as the order that it became, and while a transfer runs as the one it was',
    ),
    byStatus: z.array(z.strictObject({ status: OrderStatus, ...figures })),
    ...completeness,
  })
  .meta({ id: 'OrdersSummary' });
export type OrdersSummary = z.infer<typeof OrdersSummary>;
