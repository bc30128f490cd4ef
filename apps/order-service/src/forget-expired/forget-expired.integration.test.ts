import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { asTheMover } from '../../test/as-the-mover.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { ForgetExpired } from './forget-expired.ts';

describe('an expired row', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let sql: Client;

  beforeAll(async () => {
    database = await createShardDatabase();
    service = await startOrderService({
      shardUrls: [database.url],
      environment: { IDEMPOTENCY_RETENTION: '1h', INBOX_RETENTION: '2h' },
    });
    client = new OrderServiceClient(service.url);
    sql = new Client({ connectionString: database.url });
    await sql.connect();
  });

  afterAll(async () => {
    await sql.end();
    await service.stop();
    await database.drop();
  });

  const forget = () => service.get(ForgetExpired).onAllShards();
  const age = (key: string, minutes: number) =>
    sql.query(`update idempotency_keys set created_at = now() - $2 * interval '1 minute' where key = $1`, [
      key,
      minutes,
    ]);
  const seen = (event: string, slot: number, minutes: number) =>
    sql.query(
      `insert into inbox (slot, consumer, event_id, processed_at) values ($1, 'test', $2, now() - $3 * interval '1 minute')`,
      [slot, event, minutes],
    );
  const remembered = async () =>
    (await sql.query<{ event_id: string }>('select event_id from inbox')).rows
      .map((row) => row.event_id)
      .sort();

  it('is deleted, while other rows stay: a key that is repeated later is a new request', async () => {
    const customer = (await client.createCustomer()).body.id;
    const [old, recent] = [randomUUID(), randomUUID()];
    const place = async (key: string) => (await client.placeOrder(customer, undefined, { key })).body.id;
    const [first, second] = [await place(old), await place(recent)];
    await age(old, 61);
    await age(recent, 59);
    await forget();
    expect(await place(recent)).toBe(second);
    expect(await place(old)).not.toBe(first);
  });

  it('of the inbox is deleted, also with more rows than one batch', async () => {
    await sql.query('truncate inbox');
    await sql.query(
      `insert into inbox (slot, consumer, event_id, processed_at)
       select n % 4096, 'test', 'old ' || n, now() - interval '3 hours' from generate_series(1, 2500) as n`,
    );
    await seen('recent', 7, 119);
    await forget();
    expect(await remembered()).toEqual(['recent']);
  });

  it('stays if its slot belongs to another shard or is being switched', async () => {
    await sql.query('truncate inbox');
    await sql.query('delete from slot_ownership where slot = 8');
    await asTheMover(sql, () => seen('copy', 8, 180));
    await Promise.all([seen('moving', 9, 180), seen('old', 10, 180)]);
    // Takes the lock that the mover takes for a switch.
    await sql.query('begin');
    await sql.query('select pg_advisory_xact_lock(4110, 9)');
    await forget();
    expect(await remembered()).toEqual(['copy', 'moving']);
    await sql.query('commit');
    await forget();
    expect(await remembered()).toEqual(['copy']);
  });
});
