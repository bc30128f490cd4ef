import { type SqlSession } from '@groundwork/messaging';

export interface WantedLine {
  readonly sku: string;
  readonly quantity: number;
}

/** A line that could not be reserved; `stock` is null for a product that does not exist. */
export interface ShortLine extends WantedLine {
  readonly stock: number | null;
}

/**
 * Sets the stock of all lines aside, or of none. Every order locks its products in the order of their skus, so two orders
 * never wait for each other in a circle. The rows are locked before they are looked at: under READ COMMITTED the locking
 * clause reads what the transaction before it committed, not what the statement's snapshot shows.
 *
 * @returns the lines there was not enough of; when there are any, nothing was set aside
 */
export function reserveAllOrNone(session: SqlSession, lines: readonly WantedLine[]): Promise<ShortLine[]> {
  return session.query<ShortLine[]>(
    `with wanted as (
       select * from unnest($1::text[], $2::int[]) as line (sku, quantity)
     ), locked as (
       select products.sku, products.stock
       from products where sku in (select sku from wanted)
       order by sku for no key update
     ), short as (
       select sku, quantity, stock
       from wanted left join locked using (sku)
       where stock is null or stock < quantity
     ), reserved as (
       update products set stock = products.stock - wanted.quantity
       from wanted
       where products.sku = wanted.sku and not exists (select from short)
     )
     select sku, quantity, stock from short order by sku`,
    columnsOf(lines),
  );
}

/** Puts the stock of all lines back, locking in the same order. */
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
