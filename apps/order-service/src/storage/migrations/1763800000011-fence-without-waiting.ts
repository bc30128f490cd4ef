import { SLOT_FENCES_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Fences that never wait. They have new names, because instances of the previous release still call the fences that wait.
 */
export class FenceWithoutWaiting1763800000011 implements MigrationInterface {
  readonly name = 'FenceWithoutWaiting1763800000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SLOT_FENCES_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(SLOT_FENCES_SQL.down);
  }
}
