import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateDeadLetters1763800000003 implements MigrationInterface {
  readonly name = 'CreateDeadLetters1763800000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table dead_letters (
        id uuid primary key,
        position bigint generated always as identity unique,
        consumer text not null,
        topic text not null,
        partition int not null,
        message_offset bigint not null,
        key text,
        event_id text,
        event_type text,
        attempts int not null,
        error_code text not null,
        error_message text not null,
        headers json not null,
        payload json,
        failed_at timestamptz not null
      );
      create index dead_letters_by_type on dead_letters (event_type, position desc);
      create index dead_letters_by_key on dead_letters (key, position desc);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table dead_letters');
  }
}
