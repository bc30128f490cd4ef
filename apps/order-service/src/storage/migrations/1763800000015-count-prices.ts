import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Numbers the prices of a product, so that a consumer of late or repeated events can detect the latest price. */
export class CountPrices1763800000015 implements MigrationInterface {
  readonly name = 'CountPrices1763800000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table catalogue_entries add column price_version int not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table catalogue_entries drop column price_version');
  }
}
