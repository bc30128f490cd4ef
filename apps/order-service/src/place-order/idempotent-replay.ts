import { type Order } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';
import { findOrder } from '../read-orders/find-order.ts';
import { type ShardConnection } from '../storage/shard-connection.ts';

/**
 * What a repeated key gets: the first answer again, body for body. It is made anew from the order as it was placed (lines,
 * prices and total never change after that; the status was pending), so no copy of an answer is stored. A key that comes
 * with another body is a mistake of the client, and answering with an order it did not ask for would hide it.
 */
export async function replayOrRefuse(
  connection: ShardConnection,
  record: { readonly requestHash: Buffer; readonly orderId: string },
  hash: Buffer,
): Promise<Order> {
  if (!record.requestHash.equals(hash)) {
    throw new ProblemError({
      status: 422,
      code: 'idempotency-key-reused',
      detail: 'This Idempotency-Key was used for another order. Use a new key for a new order.',
    });
  }
  const order = await findOrder(connection.manager, record.orderId);
  if (order === undefined) throw new Error(`the idempotency record points to no order: ${record.orderId}`);
  const { rejection: _, settledAt: __, transferredTo: ___, ...asPlaced } = order;
  return { ...asPlaced, status: 'pending' };
}
