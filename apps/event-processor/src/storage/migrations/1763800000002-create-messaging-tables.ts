import { MESSAGING_TABLES_SQL } from '@groundwork/messaging';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateMessagingTables1763800000002 implements MigrationInterface {
  readonly name = 'CreateMessagingTables1763800000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(MESSAGING_TABLES_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(MESSAGING_TABLES_SQL.down);
  }
}
