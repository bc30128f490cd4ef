import { type Books, type Inventory } from './books.ts';
import { type Databases } from './databases.ts';

type StoredOrder = Books['stored'][number];

/** Counts only rows whose slot the shard owns: while slots move, another shard holds copies of the rows. */
const owned = (slot: string) => `${slot} in (select slot from slot_ownership)`;

/** Returns the orders of these customers from all shards. */
export function ordersOf(
  databases: Databases,
  customerIds: readonly string[],
): Promise<readonly StoredOrder[]> {
  const sql = `select id, status from orders where customer_id = any($1) and ${owned('slot_of(id)')}`;
  return databases.onShards<StoredOrder>(sql, [customerIds]);
}

/** Returns the number of confirmed and rejected orders of these customers. */
export async function settledCount(databases: Databases, customerIds: readonly string[]): Promise<number> {
  const sql = `select count(*)::int as n from orders
    where customer_id = any($1) and status <> 'pending' and ${owned('slot_of(id)')}`;
  return sum(await databases.onShards<{ n: number }>(sql, [customerIds]));
}

/**
 * Returns the number of unsettled orders, out of `orders` orders of these customers, plus the number of events in any
 * outbox.
 */
export async function unsettledCount(
  databases: Databases,
  customerIds: readonly string[],
  orders: number,
): Promise<number> {
  const pending = Math.max(0, orders - (await settledCount(databases, customerIds)));
  return pending + (await waitingCount(databases));
}

async function waitingCount(databases: Databases): Promise<number> {
  const sql = 'select count(*)::int as n from outbox';
  return sum([
    ...(await databases.onShards<{ n: number }>(`${sql} where ${owned('slot')}`)),
    ...(await databases.onEvents<{ n: number }>(sql)),
  ]);
}

/** Returns one entry for each charge of the payment provider for these orders. */
export async function chargesOf(
  databases: Databases,
  orderIds: readonly string[],
): Promise<readonly string[]> {
  const sql = 'select order_id as id from payment_provider.charges where order_id = any($1)';
  return idsOf(await databases.onEvents<{ id: string }>(sql, [orderIds]));
}

export async function inventoryOf(databases: Databases, skus: readonly string[]): Promise<Inventory> {
  const stock = 'select sku, stock as units from read_model.products where sku = any($1)';
  const sold = 'select sku, units_sold::int as units from read_model.top_products where sku = any($1)';
  const unitsBySku = async (sql: string) =>
    new Map(
      (await databases.onEvents<{ sku: string; units: number }>(sql, [skus])).map(({ sku, units }) => [
        sku,
        units,
      ]),
    );
  return { stock: await unitsBySku(stock), sold: await unitsBySku(sold) };
}

/** Reads the books about the orders of these customers, except their answers and the inventory. */
export async function readBooks(
  databases: Databases,
  customerIds: readonly string[],
): Promise<Pick<Books, 'stored' | 'lines' | 'remembered' | 'unpublished' | 'processed' | 'charges'>> {
  const stored = await ordersOf(databases, customerIds);
  const ids = stored.map(({ id }) => id);
  const waiting = 'select key as id from outbox where key = any($1)';
  const outcomes = 'select order_id as id from payments where order_id = any($1)';
  const lines = `select order_id as id from order_lines where order_id = any($1) and ${owned('slot_of(order_id)')}`;
  const keys = `select order_id as id from idempotency_keys
    where customer_id = any($1) and ${owned('slot_of(customer_id)')}`;
  return {
    stored,
    lines: idsOf(await databases.onShards<{ id: string }>(lines, [ids])),
    remembered: idsOf(await databases.onShards<{ id: string }>(keys, [customerIds])),
    unpublished: idsOf([
      ...(await databases.onShards<{ id: string }>(`${waiting} and ${owned('slot')}`, [ids])),
      ...(await databases.onEvents<{ id: string }>(waiting, [ids])),
    ]),
    processed: idsOf(await databases.onEvents<{ id: string }>(outcomes, [ids])),
    charges: await chargesOf(databases, ids),
  };
}

/** Returns those of the customers whose slots the shard owns. */
export async function customersOnShard(
  databases: Databases,
  shard: string,
  customerIds: readonly string[],
): Promise<readonly string[]> {
  const sql = `select id from customers where id = any($1) and ${owned('slot_of(id)')}`;
  return idsOf((await databases.shards.get(shard)?.query<{ id: string }>(sql, [customerIds]))?.rows ?? []);
}

/** Returns the numbers of rows in the tables that requests write to, summed over all shards. */
export async function rowCounts(databases: Databases): Promise<Readonly<Record<string, number>>> {
  const tables = ['customers', 'orders', 'order_lines', 'idempotency_keys'];
  const counts = tables.map(
    async (table) =>
      [
        table,
        sum(await databases.onShards<{ n: number }>(`select count(*)::int as n from ${table}`)),
      ] as const,
  );
  return Object.fromEntries(await Promise.all(counts));
}

function sum(rows: readonly { readonly n: number }[]): number {
  return rows.reduce((total, { n }) => total + n, 0);
}

function idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
  return rows.map(({ id }) => id);
}
