import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Consumed events are found from the oldest on. A BRIN index did that only until the space of the first of them was used again:
 * what a range of pages once held stays in its summary, and every range is read from then on.
 *
 * Nobody waits for it: the index is made beside the traffic, which no transaction can do. A run that was cut off is run again.
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
