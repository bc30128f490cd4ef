import { OUTBOX_HEADERS_SQL } from '@groundwork/messaging';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CarryHeaders1763800000008 implements MigrationInterface {
  readonly name = 'CarryHeaders1763800000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OUTBOX_HEADERS_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(OUTBOX_HEADERS_SQL.down);
  }
}
