import { type OrderLine, OrderPlaced } from '@groundwork/contracts';
import { type FenceOutcome } from '@groundwork/sharding/postgres';
import { type PreparedStatement } from '../storage/shard-connection.ts';

/**
 * A batch of orders, each with its lines, its idempotency record and its event, in one statement, hence one transaction and
 * one round trip. An order alone is a batch of one: that costs 0.07 ms more than a statement for one order would, of 0.7.
 *
 * - `fenced` comes before everything that writes: `claimed` writes what passes it, and the rest what was claimed. Orders
 *   whose slot is being switched, or is not here any more, are told of at the end; the others neither wait nor notice.
 * - A statement that begins after its deadline places nothing: a network or a server that hung hands it over when its
 *   clients have long been answered. One that begins in time ends by the statement timeout, before its clients are answered.
 * - A row that another transaction holds is waited for no longer than $14: every order of the batch waits with it.
 * - `summed` leaves out an order with a product that is not in the catalogue, `wanted` one whose customer is not known.
 * - `claimed` comes first: of two requests with one key, the second waits on its unique index until the first has committed,
 *   then claims nothing; of two in one batch the second claims nothing either. Keys are claimed in one order by everybody,
 *   so two batches never wait for each other in a circle.
 * - The rest reads from `claimed`: what was fenced and not claimed leaves nothing behind and no row comes back, and the other
 *   orders of the batch are none the worse for it. `why-not-placed.statement.ts` tells what it was.
 *
 * Nothing is notified in here: Postgres lets transactions that notify commit one after the other.
 *
 * Of each order: $1 slot, $2 its epoch, $3 id, $4 customer id, $5 key, $6 request hash, $7 payment method, $8 traceparent.
 * Of each line: $9 order id, $10 position, $11 sku, $12 quantity.
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

/** Comes last, if any order has been turned away: what became of each, in the order in which they were given. */
export interface RefusalRow {
  readonly id: null;
  /** `late`: the whole statement has arrived after its deadline. */
  readonly outcomes: readonly (FenceOutcome | 'late')[];
  /** What the database's clock says. */
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
