import { OUTBOX_REFUSALS_SQL } from '@groundwork/messaging';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class SetRefusedEventsAside1763800000031 implements MigrationInterface {
  readonly name = 'SetRefusedEventsAside1763800000031';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OUTBOX_REFUSALS_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(OUTBOX_REFUSALS_SQL.down);
  }
}
