import { type Order } from '@groundwork/contracts';
import { type EntityManager, In } from 'typeorm';
import { toOrder } from '../order/order.ts';
import { OrderLineEntity } from '../storage/entities/order-line.entity.ts';
import { type OrderEntity } from '../storage/entities/order.entity.ts';

/** Returns the orders with their lines, in the given order. One query reads all lines. Stored lines never change. */
export async function withLines(manager: EntityManager, orders: readonly OrderEntity[]): Promise<Order[]> {
  if (orders.length === 0) return [];
  const lines = await manager.find(OrderLineEntity, {
    where: { orderId: In(orders.map(({ id }) => id)) },
    order: { orderId: 'asc', position: 'asc' },
  });
  const linesOf = Map.groupBy(lines, ({ orderId }) => orderId);
  return orders.map((order) => toOrder(order, linesOf.get(order.id) ?? []));
}
