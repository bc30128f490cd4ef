import { SLOT_FENCES_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Replaces the fences by those that hold at every isolation level and for writes that call none of them. */
export class FenceAnyLevel1763800000017 implements MigrationInterface {
  readonly name = 'FenceAnyLevel1763800000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SLOT_FENCES_SQL.up);
  }

  /** The fences have the names and arguments of those before, so the release before calls them as well. */
  async down(): Promise<void> {}
}
