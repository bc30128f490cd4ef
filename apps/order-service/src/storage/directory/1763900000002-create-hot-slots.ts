import { HOT_SLOT_TABLES_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateHotSlots1763900000002 implements MigrationInterface {
  readonly name = 'CreateHotSlots1763900000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(HOT_SLOT_TABLES_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(HOT_SLOT_TABLES_SQL.down);
  }
}
