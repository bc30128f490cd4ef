import { MOVE_TABLES_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateMoves1763900000003 implements MigrationInterface {
  readonly name = 'CreateMoves1763900000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(MOVE_TABLES_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(MOVE_TABLES_SQL.down);
  }
}
