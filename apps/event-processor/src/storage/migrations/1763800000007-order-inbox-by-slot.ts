import { INBOX_BY_SLOT_SQL } from '@groundwork/messaging';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Gives the inbox the layout of every database. No slot moves out of this database, so all rows have slot 0. */
export class OrderInboxBySlot1763800000007 implements MigrationInterface {
  readonly name = 'OrderInboxBySlot1763800000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INBOX_BY_SLOT_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(INBOX_BY_SLOT_SQL.down);
  }
}
