import { type MigrationInterface, type QueryRunner } from 'typeorm';

const TABLES = { inbox: 'processed_at', idempotency_keys: 'created_at' };

/**
 * Rows that have expired are found from the oldest on. A BRIN index did that only until the space of the first of them was used
 * again: what a range of pages once held stays in its summary, and every range is read from then on.
 *
 * Nobody waits for it: the indexes are made beside the traffic, which no transaction can do. A run that was cut off is run again.
 */
export class FindOldestFirst1763800000016 implements MigrationInterface {
  readonly name = 'FindOldestFirst1763800000016';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, time] of Object.entries(TABLES)) {
      await runner.query(`drop index concurrently if exists ${table}_oldest_first`);
      await runner.query(`create index concurrently ${table}_oldest_first on ${table} (${time})`);
      await runner.query(`drop index concurrently if exists ${table}_by_age`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, time] of Object.entries(TABLES)) {
      await runner.query(`drop index concurrently if exists ${table}_by_age`);
      await runner.query(
        `create index concurrently ${table}_by_age on ${table} using brin (${time}) with (autosummarize = on)`,
      );
      await runner.query(`drop index concurrently if exists ${table}_oldest_first`);
    }
  }
}
