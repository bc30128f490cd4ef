import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Which event a decision sent, and what it carried where somebody edited it. Decisions made before name none. */
export class NoteWhatWasSent1763800000013 implements MigrationInterface {
  readonly name = 'NoteWhatWasSent1763800000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letter_actions add column event_id text, add column payload json');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letter_actions drop column event_id, drop column payload');
  }
}
