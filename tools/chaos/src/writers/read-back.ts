import { Order, OrderPage, type OrderStatus } from '@groundwork/contracts';
import { type Answer, type Shop } from '@groundwork/load';
import { isDeepStrictEqual } from 'node:util';

const PAGE = 100;

/** The progress of an order; it never goes back. */
const PROGRESS: Readonly<Record<OrderStatus, number>> = {
  pending: 0,
  confirmed: 1,
  rejected: 1,
  transferred: 2,
};

/**
 * Reads an accepted order by its id. Throws unless it equals the accepted one and its status is not behind that of `before`.
 */
export async function readBack(shop: Shop, accepted: Order, before: Order): Promise<Order> {
  const read = (await shop.request(`/v1/orders/${accepted.id}`)).as(200, Order);
  const { lines, total, customerId, createdAt } = accepted;
  const isSame = isDeepStrictEqual(
    [read.id, read.lines, read.total, read.customerId, read.createdAt],
    [accepted.id, lines, total, customerId, createdAt],
  );
  if (!isSame) throw new Error(`order ${accepted.id} reads as ${JSON.stringify(read)}`);
  if (PROGRESS[read.status] < PROGRESS[before.status])
    throw new Error(`order ${accepted.id} went back from ${before.status} to ${read.status}`);
  return read;
}

/** Checks that the order is among its customer's newest orders. */
export async function findAmongNewest(shop: Shop, { id, customerId }: Order): Promise<void> {
  const answer: Answer = await shop.request(`/v1/customers/${customerId}/orders?limit=${PAGE}`);
  const { items } = answer.as(200, OrderPage);
  if (!items.some((order) => order.id === id))
    throw new Error(`order ${id} is not among its customer's ${items.length} newest`);
}
