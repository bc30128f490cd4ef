import { CAPTURE_TABLES_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class NoteSlotChanges1763800000006 implements MigrationInterface {
  readonly name = 'NoteSlotChanges1763800000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CAPTURE_TABLES_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(CAPTURE_TABLES_SQL.down);
  }
}
