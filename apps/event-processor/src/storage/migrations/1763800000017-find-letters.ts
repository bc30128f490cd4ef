import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Indexes dead letters by event and, while they are open, by incident; counts also use an index. Names that are too long for
 * an index, stored before names were truncated, are truncated. An event id that is too long is removed, because half an id
 * is useless.
 */
export class FindLetters1763800000017 implements MigrationInterface {
  readonly name = 'FindLetters1763800000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update dead_letters set event_id = null where octet_length(event_id) > 1024;
      update dead_letters set event_type = left(event_type, 256), error_code = left(error_code, 100)
        where octet_length(event_type) > 1024 or octet_length(error_code) > 1024;
      update incidents set event_type = left(event_type, 256) where octet_length(event_type) > 1024;
      create index dead_letters_by_event on dead_letters (event_id);
      create index dead_letters_of_incidents on dead_letters (coalesce(event_type, 'unknown')) where status = 'open';
      create index dead_letters_by_kind on dead_letters (status, event_type, error_code);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index dead_letters_by_kind, dead_letters_of_incidents, dead_letters_by_event');
  }
}
