import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Stores refused alerts with the reason, so that they no longer block the others. */
export class GiveUpAlerts1763800000032 implements MigrationInterface {
  readonly name = 'GiveUpAlerts1763800000032';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table alerts
        add column refusals int not null default 0,
        add column failed_at timestamptz,
        add column failure text;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table alerts drop column refusals, drop column failed_at, drop column failure;`);
  }
}
