import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Counts the sales of a product in several rows, so that concurrent sales update different rows. */
export class SpreadProductSales1763800000015 implements MigrationInterface {
  readonly name = 'SpreadProductSales1763800000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table product_sales add column part smallint not null default 0;
      alter table product_sales drop constraint product_sales_pkey, add primary key (sku, part);
      create or replace view read_model.top_products as
        select sku, name, units_sold, revenue_amount, revenue_currency
        from (
          select sku, revenue_currency, sum(units_sold)::bigint as units_sold, sum(revenue_amount)::bigint as revenue_amount
          from product_sales group by sku, revenue_currency
        ) as sales join products using (sku);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create temporary table whole on commit drop as
        select sku, units_sold, revenue_amount, revenue_currency from read_model.top_products;
      truncate product_sales;
      create or replace view read_model.top_products as
        select sku, name, units_sold, revenue_amount, revenue_currency
        from product_sales join products using (sku);
      alter table product_sales drop constraint product_sales_pkey, drop column part, add primary key (sku);
      insert into product_sales (sku, units_sold, revenue_amount, revenue_currency)
        select sku, units_sold, revenue_amount, revenue_currency from whole;`);
  }
}
