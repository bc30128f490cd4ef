import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The key and the body hash of a customer's sign-up: a request that repeats both gets the same customer. */
export class RepeatSignUps1763800000030 implements MigrationInterface {
  readonly name = 'RepeatSignUps1763800000030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table customers add column sign_up_key text, add column sign_up_hash bytea');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table customers drop column sign_up_hash, drop column sign_up_key');
  }
}
