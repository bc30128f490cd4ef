import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Consumed events are found from the oldest on: a BRIN index did that only until the space of the first of them was used again,
 * for what a range of pages once held stays in its summary. Letters are found by their event and, while they are open, by the
 * incident they belong to; they are counted from an index.
 */
export class FindLettersAndOldestFirst1763800000017 implements MigrationInterface {
  readonly name = 'FindLettersAndOldestFirst1763800000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index inbox_by_age;
      create index inbox_by_age on inbox (processed_at);
      create index dead_letters_by_event on dead_letters (event_id);
      create index dead_letters_of_incidents on dead_letters (coalesce(event_type, 'unknown')) where status = 'open';
      create index dead_letters_by_kind on dead_letters (status, event_type, error_code);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index dead_letters_by_kind, dead_letters_of_incidents, dead_letters_by_event, inbox_by_age;
      create index inbox_by_age on inbox using brin (processed_at) with (autosummarize = on);`);
  }
}
