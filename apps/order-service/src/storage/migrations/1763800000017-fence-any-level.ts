import { SLOT_FENCES_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Replaces the fences by fences that work at every isolation level, and also for writes that call no fence. */
export class FenceAnyLevel1763800000017 implements MigrationInterface {
  readonly name = 'FenceAnyLevel1763800000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SLOT_FENCES_SQL.up);
  }

  /** The fences keep the names and arguments of the earlier ones, so the previous release can call them as well. */
  async down(): Promise<void> {}
}
