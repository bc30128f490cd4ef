import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The slot of a tenant's customers. `used_at`: the time of the first sign-up, from which on the slot is permanent. */
export class CreateTenants1763900000004 implements MigrationInterface {
  readonly name = 'CreateTenants1763900000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table tenants (
        tenant text primary key,
        slot smallint not null references slots,
        pinned_at timestamptz(3) not null default now(),
        used_at timestamptz(3)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table tenants');
  }
}
