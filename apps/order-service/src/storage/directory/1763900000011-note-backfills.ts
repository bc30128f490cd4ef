import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** How far the rows of a lookup have been made for customers who are older than it. */
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
