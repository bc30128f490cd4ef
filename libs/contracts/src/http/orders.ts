import { z } from 'zod';
import { Id } from '../ids.ts';
import { Money } from '../money.ts';
import { Sku } from './products.ts';

/** Selects how the simulated payment provider treats an order, like the test cards of a real provider. */
export const PaymentMethod = z
  .enum(['test_ok', 'test_declined', 'test_slow', 'test_flaky', 'test_unavailable', 'test_poison'])
  .meta({ id: 'PaymentMethod' });
export type PaymentMethod = z.infer<typeof PaymentMethod>;

export const MAX_ORDER_LINES = 100;
export const MAX_QUANTITY = 1_000;

export const skusAreDistinct = (lines: readonly { sku: string }[]) =>
  new Set(lines.map((line) => line.sku)).size === lines.length;

/** The body of `POST /v1/orders`. */
export const PlaceOrder = z
  .strictObject({
    customerId: Id,
    lines: z
      .array(z.strictObject({ sku: Sku, quantity: z.int().min(1).max(MAX_QUANTITY) }))
      .min(1)
      .max(MAX_ORDER_LINES)
      .refine(skusAreDistinct, 'expected every sku once: add the quantities up'),
    paymentMethod: PaymentMethod,
  })
  .meta({ id: 'PlaceOrder' });
export type PlaceOrder = z.infer<typeof PlaceOrder>;

/** The body of `POST /v1/orders/{id}/transfer`. */
export const TransferOrder = z.strictObject({ customerId: Id }).meta({ id: 'TransferOrder' });
export type TransferOrder = z.infer<typeof TransferOrder>;

/** The value of the `Idempotency-Key` request header. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'expected 1 to 255 printable ASCII characters');

export const OrderStatus = z
  .enum(['pending', 'confirmed', 'rejected', 'transferred'])
  .meta({ id: 'OrderStatus' });
export type OrderStatus = z.infer<typeof OrderStatus>;

export const OrderLine = z
  .strictObject({ sku: Sku, quantity: z.int(), unitPrice: Money })
  .meta({ id: 'OrderLine' });
export type OrderLine = z.infer<typeof OrderLine>;

export const Rejection = z
  .strictObject({ code: z.enum(['out-of-stock', 'payment-declined']), detail: z.string() })
  .meta({ id: 'Rejection' });
export type Rejection = z.infer<typeof Rejection>;

export const Order = z
  .strictObject({
    id: Id,
    customerId: Id,
    status: OrderStatus,
    lines: z.array(OrderLine),
    total: Money,
    createdAt: z.iso.datetime(),
    settledAt: z.iso
      .datetime()
      .optional()
      .describe('When the order was confirmed or rejected; absent while it is pending'),
    rejection: Rejection.optional(),
    transferredTo: Id.optional().describe(
      'The order of the other customer that this order was transferred to',
    ),
    transferredFrom: Id.optional().describe(
      'The order of the other customer that this order was transferred from',
    ),
  })
  .meta({ id: 'Order' });
export type Order = z.infer<typeof Order>;

/** The query of `GET /v1/customers/{id}/orders`. */
export const ListOrdersQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(512).optional(),
});
export type ListOrdersQuery = z.infer<typeof ListOrdersQuery>;

/** One keyset page, newest first; `nextCursor` is null on the last page. */
export const OrderPage = z
  .strictObject({ items: z.array(Order), nextCursor: z.string().nullable() })
  .meta({ id: 'OrderPage' });
export type OrderPage = z.infer<typeof OrderPage>;
