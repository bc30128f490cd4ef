import { LOAD_SKUS, type Databases } from '@groundwork/load';
import { type Order, OrderPlaced, type OrderPlacedData, SEED_PRODUCTS } from '@groundwork/contracts';
import { slotOf } from '@groundwork/sharding';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 100;

/** The same as order-service does in one statement, but without the fence. */
const UNFENCED = `
  with placed as (
    insert into orders (id, customer_id, total_amount, total_currency, payment_method)
    values ($1, $2, $3, $4, 'test_ok') returning id
  ), line as (
    insert into order_lines (order_id, position, sku, quantity, unit_price_amount, unit_price_currency)
    select id, 1, $5, 1, $3, $4 from placed
  ), published as (
    insert into outbox (event_id, slot, topic, key, type, data)
    select $6::uuid, slot_of(id), $7, id::text, $8, $9::jsonb from placed
  )
  insert into idempotency_keys (customer_id, key, request_hash, order_id) select $2, $6, '', id from placed`;

/**
 * The deliberate fault: a writer that knows only the first slot map, bypasses the fence, and writes in the mover's mode,
 * which the database does not check. What it stores on a shard that has released the slot is lost, and the ledger must
 * detect it.
 */
export async function writeUnfenced(
  databases: Databases,
  { customerId, shard }: { customerId: string; shard: string },
  signal: AbortSignal,
): Promise<readonly Order[]> {
  const written: Order[] = [];
  for (; !signal.aborted; await pause(EVERY_MS)) {
    const order = nextOrder(customerId, written.length + 1);
    const { amount, currency } = order.total;
    await unchecked(databases, shard, [
      order.id,
      customerId,
      amount,
      currency,
      order.lines[0]?.sku,
      randomUUID(),
      OrderPlaced.topic,
      OrderPlaced.type,
      JSON.stringify(placedData(order)),
    ]);
    written.push(order);
  }
  return written;
}

async function unchecked({ shards }: Databases, shard: string, values: readonly unknown[]): Promise<void> {
  const client = await shards.get(shard)!.connect();
  try {
    await client.query('begin; set local session_replication_role = replica');
    await client.query(UNFENCED, [...values]);
    await client.query('commit');
  } finally {
    client.release();
  }
}

function nextOrder(customerId: string, count: number): Order {
  const product = SEED_PRODUCTS.find(({ sku }) => sku === LOAD_SKUS[0]);
  if (product === undefined) throw new Error(`${LOAD_SKUS[0]} is not sold`);
  return {
    // The customer's id some milliseconds later; it contains the same slot.
    id: String(BigInt(customerId) + (BigInt(count) << 22n)),
    customerId,
    status: 'pending',
    lines: [{ sku: product.sku, quantity: 1, unitPrice: product.price }],
    total: product.price,
    createdAt: new Date().toISOString(),
  };
}

function placedData({ id, customerId, lines, total, createdAt }: Order): OrderPlacedData {
  return { orderId: id, customerId, lines, total, paymentMethod: 'test_ok', placedAt: createdAt };
}

/** Returns a customer whose slot moves, and the shard of this slot in the first slot map. */
export function staleCustomer(
  customerIds: readonly string[],
  moved: ReadonlySet<number>,
): { customerId: string; shard: string } {
  const customerId = customerIds.find((id) => moved.has(slotOf(id)));
  if (customerId === undefined) throw new Error('no customer is in a slot that moves');
  return { customerId, shard: slotOf(customerId) < 2_048 ? 'shard-1' : 'shard-2' };
}
