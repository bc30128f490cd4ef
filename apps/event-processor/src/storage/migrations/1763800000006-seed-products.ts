import { SEED_PRODUCTS } from '@groundwork/contracts';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The products and their stock. The shards are seeded with the same prices. */
export class SeedProducts1763800000006 implements MigrationInterface {
  readonly name = 'SeedProducts1763800000006';

  async up(runner: QueryRunner): Promise<void> {
    const products = SEED_PRODUCTS.map(({ sku, name, price, stock }) => ({
      sku,
      name,
      price_amount: price.amount,
      price_currency: price.currency,
      stock,
    }));
    await runner.query(
      'insert into products select * from jsonb_populate_recordset(null::products, $1) on conflict do nothing',
      [JSON.stringify(products)],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('delete from products where sku = any($1)', [SEED_PRODUCTS.map(({ sku }) => sku)]);
  }
}
