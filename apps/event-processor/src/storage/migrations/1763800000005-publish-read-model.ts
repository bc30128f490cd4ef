import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The views that other services may read. The tables behind the views may change; the views must not. */
export class PublishReadModel1763800000005 implements MigrationInterface {
  readonly name = 'PublishReadModel1763800000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create schema read_model;
      create view read_model.products as
        select sku, name, price_amount, price_currency, stock from products;
      create view read_model.top_products as
        select sku, name, units_sold, revenue_amount, revenue_currency
        from product_sales join products using (sku);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema read_model cascade');
  }
}
