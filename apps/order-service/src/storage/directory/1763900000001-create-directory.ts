import { DIRECTORY_TABLES_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateDirectory1763900000001 implements MigrationInterface {
  readonly name = 'CreateDirectory1763900000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DIRECTORY_TABLES_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DIRECTORY_TABLES_SQL.down);
  }
}
