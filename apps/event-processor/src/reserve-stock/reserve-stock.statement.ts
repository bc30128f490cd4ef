import { type SqlSession } from '@groundwork/messaging';

export interface WantedLine {
  readonly sku: string;
  readonly quantity: number;
}

/**
 * Locks products and returns the stock of each existing one. Every transaction that changes stock locks in the order of
 * skus, so there are no deadlocks. Under READ COMMITTED, a locking clause reads the row as the previous lock holder
 * committed it, not as the statement's snapshot shows it.
 */
export async function lockStock(session: SqlSession, skus: Iterable<string>): Promise<Map<string, number>> {
  const rows = await session.query<{ sku: string; stock: number }[]>(
    'select sku, stock from products where sku = any($1) order by sku for no key update',
    [[...new Set(skus)]],
  );
  return new Map(rows.map(({ sku, stock }) => [sku, stock]));
}

/** Subtracts the taken units from the stock of locked products. */
export async function takeStock(
  session: SqlSession,
  taken: Iterable<readonly [sku: string, quantity: number]>,
): Promise<void> {
  const lines = [...taken].map(([sku, quantity]) => ({ sku, quantity }));
  if (lines.length === 0) return;
  await session.query(
    `update products set stock = products.stock - taken.quantity
     from unnest($1::text[], $2::int[]) as taken (sku, quantity)
     where products.sku = taken.sku`,
    columnsOf(lines),
  );
}

/** Adds the units of all lines back to the stock, with locks in the same order. */
export async function releaseAll(session: SqlSession, lines: readonly WantedLine[]): Promise<void> {
  await session.query(
    `with returned as (
       select * from unnest($1::text[], $2::int[]) as line (sku, quantity)
     ), locked as (
       select sku from products where sku in (select sku from returned) order by sku for no key update
     )
     update products set stock = products.stock + returned.quantity
     from returned join locked using (sku)
     where products.sku = returned.sku`,
    columnsOf(lines),
  );
}

function columnsOf(lines: readonly WantedLine[]): unknown[] {
  return [lines.map(({ sku }) => sku), lines.map(({ quantity }) => quantity)];
}
