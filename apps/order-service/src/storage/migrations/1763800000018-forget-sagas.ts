import { FORGET_SAGAS_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The indexes are built concurrently with the traffic, which is impossible in a transaction. An interrupted run is
 * repeatable.
 */
export class ForgetSagas1763800000018 implements MigrationInterface {
  readonly name = 'ForgetSagas1763800000018';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of FORGET_SAGAS_SQL.up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of FORGET_SAGAS_SQL.down) await runner.query(statement);
  }
}
