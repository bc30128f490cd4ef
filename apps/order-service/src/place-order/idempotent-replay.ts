import { type Order } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';
import { findOrder } from '../read-orders/find-order.ts';
import { type ShardConnection } from '../storage/shard-connection.ts';

/**
 * Returns the first answer again to a repeated key, with an identical body. The answer is built from the order as it was
 * placed (lines, prices and total never change afterwards; the status was pending), so no copy of an answer is stored. A key
 * with another body is a mistake of the client; an answer with the earlier order would hide that mistake.
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
  if (order === undefined)
    throw new Error(`the idempotency record refers to a missing order: ${record.orderId}`);
  const { rejection: _, settledAt: __, transferredTo: ___, ...asPlaced } = order;
  return { ...asPlaced, status: 'pending' };
}
