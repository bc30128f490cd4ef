import { VSCHEMA_TABLES_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class RememberVSchema1763900000021 implements MigrationInterface {
  readonly name = 'RememberVSchema1763900000021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(VSCHEMA_TABLES_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(VSCHEMA_TABLES_SQL.down);
  }
}
