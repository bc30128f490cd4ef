import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The progress of writing the lookup rows of customers who are older than the lookup. */
export class NoteBackfills1763900000011 implements MigrationInterface {
  readonly name = 'NoteBackfills1763900000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table lookup_backfills (
        lookup text primary key,
        next_slot smallint not null check (next_slot between 0 and 4096)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table lookup_backfills');
  }
}
