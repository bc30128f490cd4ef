import { PaymentDeclined, type StockReservedData } from '@groundwork/contracts';
import { appendToOutbox, type SqlSession } from '@groundwork/messaging';
import { aboutOrder } from '../publish-events/about-order.ts';
import { productsChanged } from '../reserve-stock/products-changed.ts';
import { releaseAll } from '../reserve-stock/reserve-stock.statement.ts';

/** Records the declined payment, releases the stock and publishes both. */
export async function declinePayment(
  session: SqlSession,
  order: StockReservedData,
  detail: string,
): Promise<void> {
  const { orderId, lines, total } = order;
  await session.query(
    `insert into payments (order_id, status, amount, currency) values ($1, 'declined', $2, $3)`,
    [orderId, total.amount, total.currency],
  );
  await appendToOutbox(session, [
    { ...aboutOrder(orderId), type: PaymentDeclined, data: { orderId, detail } },
    productsChanged(orderId, lines),
  ]);
  // Last, because other transactions wait for its locks.
  await releaseAll(session, lines);
}
