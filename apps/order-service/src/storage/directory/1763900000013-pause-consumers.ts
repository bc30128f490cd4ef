import { CONSUMER_PAUSES_SQL } from '@groundwork/messaging';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Pauses are in the directory, because a pause concerns all instances, and all instances share the directory. */
export class PauseConsumers1763900000013 implements MigrationInterface {
  readonly name = 'PauseConsumers1763900000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CONSUMER_PAUSES_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(CONSUMER_PAUSES_SQL.down);
  }
}
