import { HOT_SLOT_TOTALS_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class WeighHotSlots1763900000012 implements MigrationInterface {
  readonly name = 'WeighHotSlots1763900000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(HOT_SLOT_TOTALS_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(HOT_SLOT_TOTALS_SQL.down);
  }
}
