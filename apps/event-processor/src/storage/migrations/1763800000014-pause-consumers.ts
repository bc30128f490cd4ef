import { CONSUMER_PAUSES_SQL } from '@groundwork/messaging';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class PauseConsumers1763800000014 implements MigrationInterface {
  readonly name = 'PauseConsumers1763800000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CONSUMER_PAUSES_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(CONSUMER_PAUSES_SQL.down);
  }
}
