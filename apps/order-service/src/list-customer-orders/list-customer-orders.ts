import { type OrderPage } from '@groundwork/contracts';
import { decodeCursor, encodeCursor, mergePage, type SortOrder } from '@groundwork/sharding';
import { scanOrders, shapeOf } from '../read-orders/scan-orders.statement.ts';
import { fromScan, positionIn, type ScannedOrder } from '../read-orders/scanned-order.ts';
import { type ShardConnection } from '../storage/shard-connection.ts';

export const NEWEST_FIRST: SortOrder = [
  { name: 'created_at', type: 'timestamp', direction: 'desc' },
  { name: 'id', type: 'id', direction: 'desc' },
];

/**
 * Returns one page of a customer's orders, newest first. It uses a keyset, so that orders placed between two pages do not
 * shift the next page. The id decides the order of orders of the same millisecond.
 *
 * @throws {InvalidCursorError} for a cursor of another customer
 */
export async function listCustomerOrders(
  connection: ShardConnection,
  customerId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<OrderPage> {
  const order = NEWEST_FIRST;
  const after = cursor === undefined ? undefined : decodeCursor(cursor, order, customerId);
  const { text, values } = scanOrders({
    conditions: ['customer_id = $1::bigint'],
    values: [customerId],
    // One row more than the page holds shows whether a next page exists.
    ...{ order, after, limit: limit + 1 },
  });
  const name = `list-customer-orders ${shapeOf(after)}`;
  const found = await connection.execute<ScannedOrder>({ name, text }, [...values]);
  const { rows, next } = await mergePage([found], order, positionIn(order), limit);
  return {
    items: rows.map(fromScan),
    nextCursor: next === undefined ? null : encodeCursor(next, order, customerId),
  };
}
