import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Rows that have expired are found from the oldest on. A BRIN index did that only until the space of the first of them was used
 * again: what a range of pages once held stays in its summary, and every range is read from then on.
 */
export class FindOldestFirst1763800000016 implements MigrationInterface {
  readonly name = 'FindOldestFirst1763800000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index inbox_by_age, idempotency_keys_by_age;
      create index idempotency_keys_by_age on idempotency_keys (created_at);
      create index inbox_by_age on inbox (processed_at);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index inbox_by_age, idempotency_keys_by_age;
      create index idempotency_keys_by_age on idempotency_keys using brin (created_at) with (autosummarize = on);
      create index inbox_by_age on inbox using brin (processed_at) with (autosummarize = on);`);
  }
}
