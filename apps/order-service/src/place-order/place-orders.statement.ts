import { type OrderLine, OrderPlaced } from '@groundwork/contracts';
import { type FenceOutcome } from '@groundwork/sharding/postgres';
import { type PreparedStatement } from '../storage/shard-connection.ts';

/**
 * Writes a batch of orders, each with its lines, its idempotency record and its event, in one statement, hence one
 * transaction and one round trip. A single order is a batch of one: that costs 0.07 ms more than a statement for one order,
 * which takes 0.7 ms.
 *
 * - `fenced` runs before every write: `claimed` writes the orders that pass the fences, and the later parts write what was
 *   claimed. Orders whose slot is being switched, or has left this shard, are reported in the last row. The other orders do
 *   not wait for them.
 * - A statement that starts after its deadline places nothing: after a hang of the network or the server, it may arrive long
 *   after its clients got their answers. A statement that starts in time ends by the statement timeout, before that.
 * - The statement waits at most $14 for a row that another transaction locks, because all orders of the batch wait with it.
 * - `summed` leaves out orders with an unknown product, and `wanted` leaves out orders of an unknown customer.
 * - `claimed` is the first write. Of two requests with one key, the second waits on the unique index until the first has
 *   committed, and then claims nothing; of two in one batch, the second claims nothing either. All statements claim keys
 *   in the same order, so two batches cannot deadlock.
 * - The later parts read from `claimed`: an order that was fenced and not claimed writes nothing and returns no row. It does
 *   not affect the other orders of the batch. `why-not-placed.statement.ts` finds the reason.
 *
 * The statement sends no NOTIFY, because Postgres commits notifying transactions one after the other.
 *
 * For each order: $1 slot, $2 its epoch, $3 id, $4 customer id, $5 key, $6 request hash, $7 payment method, $8 traceparent.
 * For each line: $9 order id, $10 position, $11 sku, $12 quantity.
 * $13 deadline, in milliseconds by the database's clock, $14 lock timeout.
 */
export const PLACE_ORDERS: PreparedStatement = {
  name: 'place-orders',
  text: `
with fenced as materialized (
  select
    set_config('lock_timeout', $14, true),
    case
      when clock_timestamp() < to_timestamp($13::float8 / 1000) then try_fence_slots($1::smallint[], $2::bigint[])
      else array_fill('late'::text, array[cardinality($1)])
    end as outcomes
), priced as (
  select order_id, position, sku, quantity, price_amount, price_currency
  from unnest($9::bigint[], $10::smallint[], $11::text[], $12::int[]) as line (order_id, position, sku, quantity)
  left join products using (sku)
), summed as (
  select order_id,
    sum(price_amount * quantity)::bigint as amount,
    min(price_currency) as currency,
    jsonb_agg(jsonb_build_object(
      'sku', sku,
      'quantity', quantity,
      'unitPrice', jsonb_build_object('amount', price_amount, 'currency', price_currency)
    ) order by position) as lines
  from priced
  group by order_id
  having count(price_amount) = count(*)
), wanted as materialized (
  select position, order_id, customer_id, key, request_hash, payment_method, traceparent, amount, currency, lines
  from unnest($3::bigint[], $4::bigint[], $5::text[], $6::bytea[], $7::text[], $8::text[]) with ordinality
    as wanted (order_id, customer_id, key, request_hash, payment_method, traceparent, position)
  join summed using (order_id)
  join customers on customers.id = customer_id
), claimed as (
  insert into idempotency_keys (customer_id, key, request_hash, order_id)
  select customer_id, key, request_hash, order_id from wanted, fenced where outcomes[position] = 'fenced'
  order by customer_id, key
  on conflict do nothing
  returning order_id
), placed as (
  insert into orders (id, customer_id, total_amount, total_currency, payment_method)
  select order_id, customer_id, amount, currency, payment_method from claimed join wanted using (order_id)
  returning id, created_at
), stored_lines as (
  insert into order_lines (order_id, position, sku, quantity, unit_price_amount, unit_price_currency)
  select order_id, position, sku, quantity, price_amount, price_currency from claimed join priced using (order_id)
), published as (
  insert into outbox (event_id, slot, topic, key, type, traceparent, data)
  select gen_random_uuid(), slot_of(id), '${OrderPlaced.topic}', id::text, '${OrderPlaced.type}', traceparent,
    jsonb_build_object(
      'orderId', id::text,
      'customerId', customer_id::text,
      'lines', lines,
      'total', jsonb_build_object('amount', amount, 'currency', currency),
      'paymentMethod', payment_method,
      'placedAt', to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from placed join wanted on order_id = id
)
select id, created_at as "createdAt", amount, currency, lines, null as outcomes, null as "nowMs"
from placed join wanted on order_id = id
union all
select null, null, null, null, null, outcomes, (extract(epoch from clock_timestamp()) * 1000)::float8
from fenced where not 'fenced' = all (outcomes)`,
};

/** The last row, present if any order was rejected: the outcome of each order, in the order of the parameters. */
export interface RefusalRow {
  readonly id: null;
  /** `late`: the whole statement arrived after its deadline. */
  readonly outcomes: readonly (FenceOutcome | 'late')[];
  /** The time by the database's clock. */
  readonly nowMs: number;
}

export interface PlacedRow {
  readonly id: string;
  readonly createdAt: Date;
  /** A `bigint`: decimal text. */
  readonly amount: string;
  readonly currency: string;
  readonly lines: OrderLine[];
}
