import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Decisions of operators about dead letters, and alerts. Dead letters stored before are open and have no history. */
export class ReviewDeadLetters1763800000011 implements MigrationInterface {
  readonly name = 'ReviewDeadLetters1763800000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table dead_letters
        add column status text not null default 'open' check (status in ('open', 'redriven', 'discarded')),
        add column status_changed_at timestamptz,
        add column errors json not null default '[]',
        add column redrive_of text,
        add column event_time timestamptz;
      create index dead_letters_by_status on dead_letters (status, position desc);
      create index dead_letters_by_error on dead_letters (error_code, position desc);
      create index dead_letters_by_consumer on dead_letters (consumer, position desc);
      create index dead_letters_by_failure on dead_letters (failed_at);

      create table redrive_jobs (
        id uuid primary key default gen_random_uuid(),
        status text not null default 'running' check (status in ('running', 'finished', 'cancelled')),
        filter jsonb not null,
        rate_per_second int not null,
        requested_by text,
        letters int not null,
        redriven int not null default 0,
        skipped int not null default 0,
        after_position bigint not null default 0,
        last_position bigint not null,
        next_step_at timestamptz not null default now(),
        requested_at timestamptz not null default now(),
        finished_at timestamptz
      );
      create index redrive_jobs_to_do on redrive_jobs (next_step_at) where status = 'running';

      create table dead_letter_actions (
        position bigint generated always as identity primary key,
        letter_id uuid not null references dead_letters,
        at timestamptz not null default now(),
        action text not null,
        requested_by text,
        reason text,
        redrive_job uuid references redrive_jobs
      );
      create index dead_letter_actions_by_letter on dead_letter_actions (letter_id, position);

      create table incidents (
        id uuid primary key default gen_random_uuid(),
        event_type text not null,
        opened_at timestamptz not null default now(),
        resolved_at timestamptz
      );
      create unique index incidents_open on incidents (event_type) where resolved_at is null;

      create table alerts (
        position bigint generated always as identity primary key,
        id uuid not null default gen_random_uuid(),
        body jsonb not null,
        attempts int not null default 0,
        next_attempt_at timestamptz not null default now()
      );`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table alerts;
      drop table incidents;
      drop table dead_letter_actions;
      drop table redrive_jobs;
      alter table dead_letters
        drop column status, drop column status_changed_at, drop column errors, drop column redrive_of,
        drop column event_time;
      drop index dead_letters_by_error;
      drop index dead_letters_by_consumer;
      drop index dead_letters_by_failure;`);
  }
}
