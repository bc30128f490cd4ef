import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Indexes consumed events by age, oldest first. A BRIN index worked only until Postgres reused the space of removed rows:
 * the summary of a page range keeps its old minimum, so from then on a query reads every range.
 *
 * The index is built concurrently with the traffic, which is not possible in a transaction. An interrupted run can be
 * repeated.
 */
export class FindOldestFirst1763800000018 implements MigrationInterface {
  readonly name = 'FindOldestFirst1763800000018';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index concurrently if exists inbox_oldest_first');
    await runner.query('create index concurrently inbox_oldest_first on inbox (processed_at)');
    await runner.query('drop index concurrently if exists inbox_by_age');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index concurrently if exists inbox_by_age');
    await runner.query(
      'create index concurrently inbox_by_age on inbox using brin (processed_at) with (autosummarize = on)',
    );
    await runner.query('drop index concurrently if exists inbox_oldest_first');
  }
}
