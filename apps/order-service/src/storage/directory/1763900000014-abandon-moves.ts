import { ABANDON_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class AbandonMoves1763900000014 implements MigrationInterface {
  readonly name = 'AbandonMoves1763900000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ABANDON_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(ABANDON_SQL.down);
  }
}
