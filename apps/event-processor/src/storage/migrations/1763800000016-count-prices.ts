import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Adds a version, so that a price event that arrives late or twice does not replace a later price. */
export class CountPrices1763800000016 implements MigrationInterface {
  readonly name = 'CountPrices1763800000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table products add column price_version int not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table products drop column price_version');
  }
}
