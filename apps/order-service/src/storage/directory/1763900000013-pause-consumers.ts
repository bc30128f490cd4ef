import { CONSUMER_PAUSES_SQL } from '@groundwork/messaging';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** In the directory, which all instances share: no shard is every instance's, and a pause is about all of them. */
export class PauseConsumers1763900000013 implements MigrationInterface {
  readonly name = 'PauseConsumers1763900000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CONSUMER_PAUSES_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(CONSUMER_PAUSES_SQL.down);
  }
}
