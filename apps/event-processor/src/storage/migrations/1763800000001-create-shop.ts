import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateShop1763800000001 implements MigrationInterface {
  readonly name = 'CreateShop1763800000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table products (
        sku text primary key,
        name text not null,
        price_amount bigint not null check (price_amount >= 0),
        price_currency text not null,
        stock int not null check (stock >= 0)
      ) with (fillfactor = 70);
      create table payments (
        order_id bigint primary key,
        status text not null check (status in ('settled', 'declined')),
        charge_id text,
        amount bigint not null,
        currency text not null,
        created_at timestamptz not null default now(),
        check ((status = 'settled') = (charge_id is not null))
      );
      create table product_sales (
        sku text primary key references products,
        units_sold bigint not null check (units_sold >= 0),
        revenue_amount bigint not null,
        revenue_currency text not null
      ) with (fillfactor = 70);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table product_sales, payments, products');
  }
}
