import { type MigrationInterface, type QueryRunner } from 'typeorm';

const TABLES = { inbox: 'processed_at', idempotency_keys: 'created_at' };

/**
 * Finds expired rows from the oldest on. A BRIN index did that only until the space of deleted rows was reused: the summary
 * of a page range keeps the times of earlier rows, and from then on every range is read.
 *
 * The indexes are built concurrently with the traffic, which is impossible inside a transaction. An interrupted run is
 * repeatable.
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
