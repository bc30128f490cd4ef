import { writeBehindTablesSql } from '@groundwork/caching/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { SCHEMA } from '../schema.ts';

/** The tables behind the write-behind log: views of products, and baskets. */
export class WriteBehind1764600000001 implements MigrationInterface {
  readonly name = 'WriteBehind1764600000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(writeBehindTablesSql(SCHEMA));
    await runner.query(`
      create table product_views (
        sku text primary key,
        views bigint not null);
      create table baskets (
        customer_id bigint primary key,
        basket jsonb not null,
        version bigint not null);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table baskets, product_views, write_behind_refused, write_behind_receipts, write_behind_positions;`);
  }
}
