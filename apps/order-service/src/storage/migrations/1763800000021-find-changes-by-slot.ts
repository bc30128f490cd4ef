import { SLOT_CHANGES_BY_SLOT_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class FindChangesBySlot1763800000021 implements MigrationInterface {
  readonly name = 'FindChangesBySlot1763800000021';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of SLOT_CHANGES_BY_SLOT_SQL.up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of SLOT_CHANGES_BY_SLOT_SQL.down) await runner.query(statement);
  }
}
