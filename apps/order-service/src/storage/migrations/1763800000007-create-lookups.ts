import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { MAX_PRICE_AMOUNT, SHOP_CURRENCY } from '../../order/money.ts';

/**
 * The lookup tables of customers, and the catalogue. The VSchema gives each lookup row its own slot, which may differ from
 * the slot of the customer. The key of an e-mail is the e-mail without differences in case and accents.
 */
export class CreateLookups1763800000007 implements MigrationInterface {
  readonly name = 'CreateLookups1763800000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table customers add column tenant text;
      create table customer_emails (
        slot smallint not null,
        email_key text not null,
        email text not null,
        customer_id bigint not null,
        primary key (slot, email_key)
      );
      create table customers_by_region (
        slot smallint not null,
        region text not null,
        customer_id bigint not null,
        primary key (slot, region, customer_id)
      );
      create table catalogue_entries (
        slot smallint not null,
        sku text not null,
        name text not null,
        price_amount bigint not null check (price_amount between 0 and ${MAX_PRICE_AMOUNT}),
        price_currency text not null check (price_currency = '${SHOP_CURRENCY}'),
        primary key (slot, sku)
      );`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table catalogue_entries, customers_by_region, customer_emails;
      alter table customers drop column tenant;`);
  }
}
