import { INBOX_BY_SLOT_SQL } from '@groundwork/messaging';
import { SLOT_TABLES_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The slots that a shard owns, and indexes of the rows of a slot in the order in which they are copied. */
export class OwnSlots1763800000005 implements MigrationInterface {
  readonly name = 'OwnSlots1763800000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SLOT_TABLES_SQL.up);
    await runner.query(INBOX_BY_SLOT_SQL.up);
    await runner.query(`
      create index customers_by_slot on customers (slot_of(id), id);
      create index orders_by_slot on orders (slot_of(id), id);
      create index order_lines_by_slot on order_lines (slot_of(order_id), order_id, position);
      create index idempotency_keys_by_slot on idempotency_keys (slot_of(customer_id), customer_id, key);
      create index outbox_by_slot on outbox (slot, position);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index outbox_by_slot;
      drop index idempotency_keys_by_slot;
      drop index order_lines_by_slot;
      drop index orders_by_slot;
      drop index customers_by_slot;`);
    await runner.query(INBOX_BY_SLOT_SQL.down);
    await runner.query(SLOT_TABLES_SQL.down);
  }
}
