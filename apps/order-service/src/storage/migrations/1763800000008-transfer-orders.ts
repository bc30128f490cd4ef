import { SAGA_TABLES_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Columns for transferred orders. `transferring_by` names the saga that has reserved an order, both in the old and in the
 * new order. The API shows a transfer only when it has ended.
 */
export class TransferOrders1763800000008 implements MigrationInterface {
  readonly name = 'TransferOrders1763800000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SAGA_TABLES_SQL.up);
    await runner.query(`
      alter table orders
        add column transferring_by text,
        add column transferred_to bigint,
        add column transferred_from bigint,
        drop constraint orders_status_check,
        add constraint orders_status_check check (status in ('pending', 'confirmed', 'rejected', 'transferred')),
        add constraint orders_transferred_check check ((status = 'transferred') = (transferred_to is not null));
      create index orders_transferred_from on orders (transferred_from) where transferred_from is not null;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table orders
        drop column transferred_from,
        drop column transferred_to,
        drop column transferring_by,
        drop constraint orders_status_check,
        add constraint orders_status_check check (status in ('pending', 'confirmed', 'rejected'));`);
    await runner.query(SAGA_TABLES_SQL.down);
  }
}
