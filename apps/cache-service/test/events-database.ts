import { createTestDatabase } from '@groundwork/testing';
import { Client } from 'pg';

const READ_MODEL = `
  CREATE SCHEMA read_model;
  CREATE TABLE product (sku text PRIMARY KEY, name text, price_amount bigint, price_currency text, stock int);
  CREATE TABLE sales (sku text PRIMARY KEY, name text, units bigint, amount bigint, currency text);
  CREATE VIEW read_model.products AS SELECT sku, name, price_amount, price_currency, stock FROM product;
  CREATE VIEW read_model.top_products AS
    SELECT sku, name, units AS units_sold, amount AS revenue_amount, currency AS revenue_currency FROM sales;
  INSERT INTO product VALUES ('GW-0002', 'Ruler', 250, 'EUR', 7), ('GW-0001', 'Pen', 199, 'EUR', 10);
  INSERT INTO sales VALUES ('GW-0003', 'Ink', 5, 2500, 'EUR'), ('GW-0002', 'Ruler', 9, 2250, 'EUR'),
    ('GW-0001', 'Pen', 5, 995, 'EUR');`;

/** Creates a database with the part that this service uses: the two views of the read model. */
export async function createEventsDatabase() {
  const database = await createTestDatabase();
  const client = new Client(database.url);
  await client.connect();
  await client.query(READ_MODEL);
  return {
    url: database.url,
    query: (sql: string, parameters: unknown[] = []) => client.query(sql, parameters),
    setStock: (sku: string, stock: number) =>
      client.query('UPDATE product SET stock = $2 WHERE sku = $1', [sku, stock]),
    drop: async () => {
      await client.end();
      await database.drop();
    },
  };
}
