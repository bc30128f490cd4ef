import { type PreparedStatement } from '../storage/shard-connection.ts';

/**
 * Finds out why the placing statement placed nothing. It is a separate statement, because it must see what a concurrent
 * request with the same key has committed: the placing statement reads a snapshot of its start.
 *
 * $1 customer id, $2 key, $3 skus
 */
export const WHY_NOT_PLACED: PreparedStatement = {
  name: 'why-not-placed',
  text: `
select
  exists (select from customers where id = $1::bigint) as "customerIsKnown",
  array(
    select sku from unnest($3::text[]) with ordinality as wanted (sku, position)
    where not exists (select from products where products.sku = wanted.sku)
    order by position
  ) as "unknownSkus",
  record.request_hash as "requestHash",
  record.order_id as "orderId"
from (values (1)) as always
left join idempotency_keys as record on record.customer_id = $1::bigint and record.key = $2::text`,
};

export interface WhyNotPlacedRow {
  readonly customerIsKnown: boolean;
  readonly unknownSkus: string[];
  readonly requestHash: Buffer | null;
  readonly orderId: string | null;
}
