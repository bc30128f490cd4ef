import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The settlement time of an order, and an index for each sort order of the list of all orders. Read backwards, each index
 * also serves the opposite direction, including NULLs: `asc nulls last` is `desc nulls first` from the other end.
 */
export class ListOrders1763800000010 implements MigrationInterface {
  readonly name = 'ListOrders1763800000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table orders add column settled_at timestamptz(3);
      create index orders_by_creation on orders (created_at, id);
      create index orders_by_total on orders (total_amount, id);
      create index orders_by_settlement on orders (settled_at, id);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index orders_by_settlement;
      drop index orders_by_total;
      drop index orders_by_creation;
      alter table orders drop column settled_at;`);
  }
}
