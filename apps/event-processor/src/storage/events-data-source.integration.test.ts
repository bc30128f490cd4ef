import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onceInInbox, PostgresPartitionFence } from '@groundwork/messaging';
import { startPartitionableProxy } from '@groundwork/testing';
import { openEventsDatabase } from '../../test/events-database.ts';
import { dropUnansweredConnections } from './drop-unanswered-connections.ts';
import { eventsDataSource } from './events-data-source.ts';
import { FindLetters1763800000017 } from './migrations/1763800000017-find-letters.ts';
import { SpreadProductSales1763800000015 } from './migrations/1763800000015-spread-product-sales.ts';

/**
 * A second process that claims all partitions, as their next owner does. It waits for the transactions of the previous
 * owner.
 */
const CLAIM_ALL = `
  import { Client } from 'pg';
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query('select from consumed_partitions for update');
  await client.query('update consumed_partitions set epoch = epoch + 1');
  await client.end();`;

describe('the events database', () => {
  let database: Awaited<ReturnType<typeof openEventsDatabase>>;

  beforeAll(async () => {
    database = await openEventsDatabase();
  });
  afterAll(() => database.drop());

  it('ends the transaction of a frozen process, so the next owner of its partition can proceed', async () => {
    const frozen = await eventsDataSource({
      url: database.url,
      poolSize: 1,
      idleInTransactionMs: 200,
    }).initialize();
    const [granted] = await new PostgresPartitionFence(frozen).claim('test', [
      { topic: 'orders', partition: 0, committed: 0n },
    ]);
    const effect = onceInInbox(frozen, 'test', { id: 'event', claim: granted!.claim }, async (session) => {
      // The synchronous call blocks this process until the other one has its claims.
      execFileSync(process.execPath, ['--input-type=module', '--eval', CLAIM_ALL], {
        env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: database.url },
        timeout: 20_000,
      });
      await session.query(`update products set stock = 0 where sku = 'GW-0001'`);
    });
    await expect(effect).rejects.toMatchObject({ retryable: true, infrastructure: true });
    const [left] = await database.dataSource.query<{ stock: number; seen: number }[]>(
      `select stock, (select count(*)::int from inbox) as seen from products where sku = 'GW-0001'`,
    );
    expect(left).toEqual({ stock: 1_000_000, seen: 0 });
    await frozen.destroy();
  });

  it('does not reuse a connection whose last statement the server has not answered', async () => {
    const network = await startPartitionableProxy(database.url);
    const pool = await eventsDataSource({
      url: network.url,
      poolSize: 1,
      statementTimeoutMs: 100,
    }).initialize();
    dropUnansweredConnections(pool);
    network.strand();
    await expect(pool.transaction((manager) => manager.query('select 1'))).rejects.toThrow();
    expect(await pool.query('select 1 as answer')).toEqual([{ answer: 1 }]);
    await pool.destroy();
    await network.stop();
  });

  it('keeps the counted sales when the migration to partial counters runs down and up', async () => {
    const { dataSource } = database;
    const sold = async () =>
      dataSource.query('select sku, units_sold, revenue_amount from read_model.top_products order by sku');
    await dataSource.query(
      `insert into product_sales (sku, part, units_sold, revenue_amount, revenue_currency)
       values ('GW-0001', 0, 1, 10, 'EUR'), ('GW-0001', 63, 2, 20, 'EUR'), ('GW-0002', 7, 4, 40, 'EUR')`,
    );
    const before = await sold();
    expect(before).toMatchObject([
      { units_sold: '3', revenue_amount: '30' },
      { units_sold: '4', revenue_amount: '40' },
    ]);
    const migration = new SpreadProductSales1763800000015();
    await dataSource.transaction(({ queryRunner }) => migration.down(queryRunner!));
    expect(await dataSource.query('select sku, units_sold from product_sales order by sku')).toEqual([
      { sku: 'GW-0001', units_sold: '3' },
      { sku: 'GW-0002', units_sold: '4' },
    ]);
    expect(await sold()).toEqual(before);
    await dataSource.transaction(({ queryRunner }) => migration.up(queryRunner!));
    expect(await sold()).toEqual(before);
  });

  it('truncates long names of dead letters that were stored before names were bounded', async () => {
    const { dataSource } = database;
    const migration = new FindLetters1763800000017();
    await dataSource.transaction(({ queryRunner }) => migration.down(queryRunner!));
    const long = randomBytes(4_000).toString('base64');
    await dataSource.query(
      `insert into dead_letters (id, consumer, topic, partition, message_offset, event_id, event_type, attempts, error_code,
         error_message, headers, failed_at)
       values (gen_random_uuid(), 'shop', 'orders', 0, 1, $1, $2, 1, 'code', '', '{}', now())`,
      [long, long.slice(0, 2_600)],
    );
    await dataSource.transaction(({ queryRunner }) => migration.up(queryRunner!));
    expect(await dataSource.query('select event_id, event_type from dead_letters')).toEqual([
      { event_id: null, event_type: long.slice(0, 256) },
    ]);
  });
});
