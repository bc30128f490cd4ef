import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Records the event that a decision sent, and its payload if it was edited. Earlier decisions have neither. */
export class NoteWhatWasSent1763800000013 implements MigrationInterface {
  readonly name = 'NoteWhatWasSent1763800000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letter_actions add column event_id text, add column payload json');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letter_actions drop column event_id, drop column payload');
  }
}
