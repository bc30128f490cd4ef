import { type Client } from 'pg';
import { type WriteBehindRun } from './write-behind-verdict.ts';

const VIEWS = 'SELECT sku, views::int FROM cache_service.product_views';
const BASKETS = `SELECT customer_id, version::int, (basket #>> '{items,0,quantity}')::int AS number FROM cache_service.baskets`;
const REFUSED = 'SELECT count(*)::int AS count FROM cache_service.write_behind_refused';
const POSITION = 'SELECT max(position)::int AS position FROM cache_service.write_behind_positions';

/** Reads what the database has in the end. */
export async function readStored(
  database: Client,
): Promise<Pick<WriteBehindRun, 'storedViews' | 'storedBaskets' | 'refused'>> {
  const views = await database.query<{ sku: string; views: number }>(VIEWS);
  const baskets = await database.query<{ customer_id: string; version: number; number: number }>(BASKETS);
  const refused = await database.query<{ count: number }>(REFUSED);
  return {
    storedViews: new Map(views.rows.map((row) => [row.sku, row.views])),
    storedBaskets: new Map(baskets.rows.map((row) => [row.customer_id, row])),
    refused: refused.rows[0]?.count ?? 0,
  };
}

/** The position up to which the database has applied the log. */
export async function storedPosition(database: Client): Promise<number> {
  const { rows } = await database.query<{ position: number | null }>(POSITION);
  return rows[0]?.position ?? 0;
}
