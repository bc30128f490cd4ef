import { HELD_TIME_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CountFailedSwitches1763900000007 implements MigrationInterface {
  readonly name = 'CountFailedSwitches1763900000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(HELD_TIME_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(HELD_TIME_SQL.down);
  }
}
