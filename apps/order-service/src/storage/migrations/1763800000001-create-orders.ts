import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { MAX_PRICE_AMOUNT, SHOP_CURRENCY } from '../../order/money.ts';

/**
 * Creation times have millisecond precision, like JavaScript dates: a keyset page that ends at a rounded time would lose or
 * repeat orders.
 */
export class CreateOrders1763800000001 implements MigrationInterface {
  readonly name = 'CreateOrders1763800000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table customers (
        id bigint primary key,
        email text not null,
        name text not null,
        region text not null,
        created_at timestamptz(3) not null default now()
      );
      create table products (
        sku text primary key,
        name text not null,
        price_amount bigint not null check (price_amount between 0 and ${MAX_PRICE_AMOUNT}),
        price_currency text not null check (price_currency = '${SHOP_CURRENCY}')
      );
      create table orders (
        id bigint primary key,
        customer_id bigint not null references customers,
        status text not null default 'pending' check (status in ('pending', 'confirmed', 'rejected')),
        total_amount bigint not null check (total_amount >= 0),
        total_currency text not null,
        payment_method text not null,
        rejection_code text,
        rejection_detail text,
        created_at timestamptz(3) not null default now(),
        check ((status = 'rejected') = (rejection_code is not null))
      );
      create index orders_newest_first on orders (customer_id, created_at desc, id desc);
      create table order_lines (
        order_id bigint not null references orders,
        position smallint not null,
        sku text not null,
        quantity int not null check (quantity > 0),
        unit_price_amount bigint not null,
        unit_price_currency text not null,
        primary key (order_id, position)
      );
      create table idempotency_keys (
        customer_id bigint not null,
        key text not null,
        request_hash bytea not null,
        order_id bigint not null,
        created_at timestamptz not null default now(),
        primary key (customer_id, key)
      );`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table idempotency_keys, order_lines, orders, products, customers');
  }
}
