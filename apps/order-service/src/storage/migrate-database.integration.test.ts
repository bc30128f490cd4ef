import { migrateDatabase, type MigrateOptions } from '@groundwork/messaging';
import { SEED_PRODUCTS } from '@groundwork/contracts';
import { createTestDatabase, eventually, type TestDatabase } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { migrate } from '../../test/start-order-service.ts';
import { SHARD_MIGRATIONS, shardDataSource } from './shard-data-source.ts';

const ALL = SHARD_MIGRATIONS.map(({ name }) => name);

describe('the migrations of a shard', () => {
  let database: TestDatabase;
  let sql: Client;

  beforeEach(async () => {
    database = await createTestDatabase();
    sql = new Client({ connectionString: database.url });
    await sql.connect();
  });

  afterEach(async () => {
    await sql.end();
    await database.drop();
  });

  async function ledger(): Promise<string[]> {
    const { rows } = await sql.query<{ name: string }>('select name from migration_ledger order by id');
    return rows.map(({ name }) => name);
  }

  it('are each applied once by concurrent runs', async () => {
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url)));
    expect(applied.flat()).toEqual(ALL);
    expect(await ledger()).toEqual(ALL);
    const { rows } = await sql.query('select sku, name, price_amount::int from products order by sku');
    expect(rows).toEqual(
      SEED_PRODUCTS.map(({ sku, name, price }) => ({ sku, name, price_amount: price.amount })),
    );
  });

  it('resume where an earlier run was interrupted', async () => {
    await sql.query('create table id_workers ()');
    await expect(migrate(database.url)).rejects.toThrow('already exists');
    expect(await ledger()).toEqual(['CreateOrders1763800000001', 'CreateMessagingTables1763800000002']);
    await sql.query('drop table id_workers');
    expect(await migrate(database.url)).toEqual(ALL.slice(2));
    expect(await migrate(database.url)).toEqual([]);
  });

  describe('that meet a lock', () => {
    const NAME = 'RepeatSignUps1763800000030';
    let busy: Client;

    beforeEach(async () => {
      await migrate(database.url);
      await sql.query('alter table customers drop column sign_up_key, drop column sign_up_hash');
      await sql.query('delete from migration_ledger where name = $1', [NAME]);
      busy = new Client({ connectionString: database.url });
      await busy.connect();
      await busy.query('begin; select from customers');
    });

    afterEach(() => busy.end());

    const options = { url: '', poolSize: 2, connectTimeoutMs: 5_000 };
    const migrateWithin = (limits: MigrateOptions) =>
      migrateDatabase(shardDataSource({ ...options, url: database.url }), limits);

    it('let the requests queued behind them pass, and are applied when the lock is free', async () => {
      const migrating = migrateWithin({ lockTimeoutMs: 100 });
      await eventually(async () => {
        const { rowCount } = await sql.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rowCount === 1;
      });
      await sql.query('select from customers');
      await busy.query('commit');
      expect(await migrating).toEqual([NAME]);
    });

    it('fail when the lock stays', async () => {
      const migrating = migrateWithin({ lockTimeoutMs: 20, patienceMs: 100 });
      await expect(migrating).rejects.toMatchObject({ driverError: { code: '55P03' } });
      expect(await ledger()).not.toContain(NAME);
    });
  });
});
