import { type OrderStatus, type Region } from '@groundwork/contracts';
import { composeId, ID_EPOCH_MS, type Slot, slotOf } from '@groundwork/sharding';
import { type Client } from 'pg';
import { asTheMover } from './as-the-mover.ts';

/** An order that a test stores directly in a database, with chosen times and totals. */
export interface StoredOrder {
  readonly id: string;
  readonly customerId: string;
  readonly region: Region;
  readonly status: OrderStatus;
  readonly total: number;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

const STATUSES = ['pending', 'confirmed', 'rejected'] as const;
const REGIONS = ['eu', 'us', 'ap'] as const;

/**
 * Returns the same orders on each call: spread over the slots, with few distinct times and totals, so that they tie, and
 * with every third order unsettled.
 */
export function manyOrders(count: number): StoredOrder[] {
  return Array.from({ length: count }, (_, n) => {
    const status = STATUSES[n % 3]!;
    const slot = (n * 1_597) % 4_096;
    const at = (step: number) => new Date(Date.UTC(2026, 0, 1) + (n % step));
    return {
      id: idIn(slot, n),
      customerId: idIn(slot, count + n),
      region: REGIONS[((n * 7) % 5) % 3]!,
      status,
      total: ((n * 37) % 11) * 1_000_000_000_007,
      createdAt: at(7),
      settledAt: status === 'pending' ? null : at(5),
    };
  });
}

/** Returns an id whose time does not follow the order of creation, so that no sort order equals the order of the ids. */
export function idIn(slot: number, n: number): string {
  const atMs = ID_EPOCH_MS + 1 + ((n * 7_919) % 1_000_003);
  return composeId({ atMs, slot: slot as Slot, worker: 31, sequence: n % 32 });
}

/** Stores an order, also in a database that does not own its slot. */
export async function storeOrder(client: Client, order: StoredOrder): Promise<void> {
  const { id, customerId, region, status, total, createdAt, settledAt } = order;
  await asTheMover(client, () =>
    client.query(
      `with customer as (
       insert into customers (id, email, name, region) values ($2, 'a@example.com', 'A', $3) on conflict do nothing
     ), line as (
       insert into order_lines values ($1, 1, 'GW-0001', 1, $5, 'EUR')
     )
     insert into orders (id, customer_id, status, total_amount, total_currency, payment_method, created_at, settled_at, rejection_code)
     values ($1, $2, $4, $5, 'EUR', 'test_ok', $6, $7, case $4 when 'rejected' then 'out-of-stock' end)`,
      [id, customerId, region, status, total, createdAt, settledAt],
    ),
  );
}

/** Removes an order and its customer. */
export async function removeOrder(client: Client, { id, customerId }: StoredOrder): Promise<void> {
  await asTheMover(client, async () => {
    await client.query('delete from order_lines where order_id = $1', [id]);
    await client.query('delete from orders where id = $1', [id]);
    await client.query('delete from customers where id = $1', [customerId]);
  });
}

/** Stores each order on the shard of its slot; `clients` share the slots evenly. */
export async function storeOnShards(
  clients: readonly Client[],
  orders: readonly StoredOrder[],
): Promise<void> {
  for (const order of orders) {
    await storeOrder(clients[Math.floor((slotOf(order.id) * clients.length) / 4_096)]!, order);
  }
}
