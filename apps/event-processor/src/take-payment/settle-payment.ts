import { CacheInvalidated, PaymentSettled, type StockReservedData } from '@groundwork/contracts';
import { appendToOutbox, type SqlSession } from '@groundwork/messaging';
import { slotOf } from '@groundwork/sharding';
import { aboutOrder } from '../publish-events/about-order.ts';

/** More than the number of concurrent payments for one product. */
const PARTS_OF_A_COUNTER = 64;

/** Records the payment, counts the sale and publishes both. */
export async function settlePayment(
  session: SqlSession,
  order: StockReservedData,
  chargeId: string,
): Promise<void> {
  const { orderId, total: amount } = order;
  await session.query(
    `insert into payments (order_id, status, charge_id, amount, currency) values ($1, 'settled', $2, $3, $4)`,
    [orderId, chargeId, amount.amount, amount.currency],
  );
  await appendToOutbox(session, [
    { ...aboutOrder(orderId), type: PaymentSettled, data: { orderId, chargeId, amount } },
    { ...aboutOrder(orderId), type: CacheInvalidated, data: { tags: ['top-products'] } },
  ]);
  // Last, because other transactions wait for its locks.
  await countSale(session, order);
}

/**
 * A slotted counter: orders of different slots count in different rows, so that concurrent sales of a popular product do not
 * wait for each other; readers add up the rows. Rows are locked in the order of the skus, as in every transaction that locks
 * several products, so two sales cannot deadlock.
 */
async function countSale(session: SqlSession, { orderId, lines, total }: StockReservedData): Promise<void> {
  await session.query(
    `insert into product_sales as sales (sku, part, units_sold, revenue_amount, revenue_currency)
     select sku, $5, quantity, quantity::bigint * price, $4
     from unnest($1::text[], $2::int[], $3::bigint[]) as line (sku, quantity, price)
     order by sku
     on conflict (sku, part) do update
     set units_sold = sales.units_sold + excluded.units_sold,
         revenue_amount = sales.revenue_amount + excluded.revenue_amount`,
    [
      lines.map(({ sku }) => sku),
      lines.map(({ quantity }) => quantity),
      lines.map(({ unitPrice }) => unitPrice.amount),
      total.currency,
      slotOf(orderId) % PARTS_OF_A_COUNTER,
    ],
  );
}
