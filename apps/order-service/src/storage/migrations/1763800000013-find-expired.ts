import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Rows are stored in the order of their times, so a BRIN index finds old rows with a few bytes per range and no cost per
 * write.
 */
export class FindExpired1763800000013 implements MigrationInterface {
  readonly name = 'FindExpired1763800000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index idempotency_keys_by_age on idempotency_keys using brin (created_at) with (autosummarize = on);
      create index inbox_by_age on inbox using brin (processed_at) with (autosummarize = on);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index inbox_by_age; drop index idempotency_keys_by_age;');
  }
}
