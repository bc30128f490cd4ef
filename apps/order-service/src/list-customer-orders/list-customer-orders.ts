import { type OrderPage } from '@groundwork/contracts';
import { decodeCursor, encodeCursor, type Position, type SortOrder } from '@groundwork/sharding';
import { type EntityManager } from 'typeorm';
import { withLines } from '../read-orders/with-lines.ts';
import { OrderEntity } from '../storage/entities/order.entity.ts';

export const NEWEST_FIRST: SortOrder = [
  { name: 'created_at', type: 'timestamp', direction: 'desc' },
  { name: 'id', type: 'id', direction: 'desc' },
];

/**
 * One page of a customer's orders, newest first. A keyset, not an offset: orders placed between two pages neither repeat nor
 * hide any, and among orders of one millisecond the id decides.
 *
 * @throws {InvalidCursorError} for a cursor that was not given out for this customer
 */
export async function listCustomerOrders(
  manager: EntityManager,
  customerId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<OrderPage> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, NEWEST_FIRST, customerId);
  // One more than the page shows whether there is a next one.
  const found = await findNewest(manager, customerId, limit + 1, after);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    items: await withLines(manager, page),
    nextCursor:
      last !== undefined && found.length > limit
        ? encodeCursor([last.createdAt, last.id], NEWEST_FIRST, customerId)
        : null,
  };
}

function findNewest(
  manager: EntityManager,
  customerId: string,
  limit: number,
  after: Position | undefined,
): Promise<OrderEntity[]> {
  const query = manager
    .createQueryBuilder(OrderEntity, 'o')
    .where('o.customerId = :customerId', { customerId })
    .orderBy({ 'o.createdAt': 'DESC', 'o.id': 'DESC' })
    .limit(limit);
  if (after !== undefined) {
    // Compared as a row, so that one range of the index answers it.
    const [at, id] = after;
    query.andWhere('(o.createdAt, o.id) < (:at, :id)', { at, id });
  }
  return query.getMany();
}
