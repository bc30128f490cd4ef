import { type OrderLine } from '@groundwork/contracts';
import { OUTBOX_CHANNEL } from '@groundwork/messaging';
import { type PreparedStatement } from '../storage/shard-connection.ts';

/**
 * The order, its lines, the idempotency record and the event in one statement, hence one transaction and one round trip.
 *
 * `claimed` comes first: of two requests with one key, the second waits on its unique index until the first has committed,
 * then claims nothing. Everything after reads from `claimed`, so an unknown customer, an unknown product or a key that is
 * taken leaves nothing behind and no row comes back; `why-not-placed.statement.ts` tells which it was.
 *
 * `fenced` comes before everything that writes: each line is wanted only behind it. Whatever is not placed may not have been
 * fenced, so nothing is concluded from that here.
 *
 * $1 order id, $2 customer id, $3 key, $4 request hash, $5 skus, $6 quantities, $7 payment method,
 * $8 event id, $9 slot, $10 topic, $11 event type, $12 traceparent, $13 the slot's epoch
 */
export const PLACE_ORDER: PreparedStatement = {
  name: 'place-order',
  text: `
with fenced as materialized (
  select fence_slot($9::smallint, $13::bigint)
), wanted as (
  select sku, quantity, position
  from fenced, unnest($5::text[], $6::int[]) with ordinality as line (sku, quantity, position)
), priced as (
  select wanted.*, price_amount, price_currency from wanted join products using (sku)
), summed as (
  select count(*) as line_count,
    sum(price_amount * quantity)::bigint as amount,
    min(price_currency) as currency,
    jsonb_agg(jsonb_build_object(
      'sku', sku,
      'quantity', quantity,
      'unitPrice', jsonb_build_object('amount', price_amount, 'currency', price_currency)
    ) order by position) as lines
  from priced
), claimed as (
  insert into idempotency_keys (customer_id, key, request_hash, order_id)
  select customers.id, $3::text, $4::bytea, $1::bigint
  from customers, summed
  where customers.id = $2::bigint and summed.line_count = cardinality($5::text[])
  on conflict do nothing
  returning customer_id, order_id
), placed as (
  insert into orders (id, customer_id, total_amount, total_currency, payment_method)
  select order_id, customer_id, amount, currency, $7::text from claimed, summed
  returning id, customer_id, created_at
), stored_lines as (
  insert into order_lines (order_id, position, sku, quantity, unit_price_amount, unit_price_currency)
  select id, position, sku, quantity, price_amount, price_currency from placed, priced
), published as (
  insert into outbox (event_id, slot, topic, key, type, traceparent, data)
  select $8::uuid, $9::smallint, $10::text, id::text, $11::text, $12::text, jsonb_build_object(
    'orderId', id::text,
    'customerId', customer_id::text,
    'lines', lines,
    'total', jsonb_build_object('amount', amount, 'currency', currency),
    'paymentMethod', $7::text,
    'placedAt', to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from placed, summed
  returning pg_notify('${OUTBOX_CHANNEL}', '')
)
select created_at as "createdAt", amount, currency, lines from placed, summed, published`,
};

export interface PlacedRow {
  readonly createdAt: Date;
  /** A `bigint`: decimal text. */
  readonly amount: string;
  readonly currency: string;
  readonly lines: OrderLine[];
}
