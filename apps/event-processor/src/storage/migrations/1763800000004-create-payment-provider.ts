import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The books of the simulated provider, in a separate schema: a real provider would keep them in its own database. */
export class CreatePaymentProvider1763800000004 implements MigrationInterface {
  readonly name = 'CreatePaymentProvider1763800000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create schema payment_provider;
      create table payment_provider.charges (
        id text primary key,
        idempotency_key text not null unique,
        order_id bigint not null,
        amount bigint not null,
        currency text not null,
        created_at timestamptz not null default now()
      );
      create index charges_by_order on payment_provider.charges (order_id);
      create table payment_provider.outages (
        idempotency_key text primary key,
        failures int not null
      );`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema payment_provider cascade');
  }
}
