import { CONSUMED_PARTITIONS_SQL } from '@groundwork/messaging';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Fences effects by claims of partitions, and indexes consumed events by age for their removal. */
export class ClaimPartitions1763800000010 implements MigrationInterface {
  readonly name = 'ClaimPartitions1763800000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CONSUMED_PARTITIONS_SQL.up);
    // Rows are inserted in the order of their times, so a few bytes for each range of pages are enough to find the old ones.
    await runner.query(
      'create index inbox_by_age on inbox using brin (processed_at) with (autosummarize = on)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index inbox_by_age');
    await runner.query(CONSUMED_PARTITIONS_SQL.down);
  }
}
