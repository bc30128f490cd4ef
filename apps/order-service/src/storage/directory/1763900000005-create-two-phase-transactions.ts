import { TWO_PHASE_TABLES_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateTwoPhaseTransactions1763900000005 implements MigrationInterface {
  readonly name = 'CreateTwoPhaseTransactions1763900000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TWO_PHASE_TABLES_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(TWO_PHASE_TABLES_SQL.down);
  }
}
