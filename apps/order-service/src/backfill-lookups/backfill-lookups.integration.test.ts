import { type Customer, type CustomerPage } from '@groundwork/contracts';
import { composeId, slotOf, toSlot, VSchemaRouter } from '@groundwork/sharding';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createDirectory } from '../../test/create-directory.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';
import { runBackfill } from './run-backfill.ts';

interface Older {
  readonly id: string;
  readonly email: string;
  readonly region: string;
}

describe('customers who signed up before lookups existed', () => {
  let databases: { url: string; drop(): Promise<void> }[];
  let directory: Awaited<ReturnType<typeof createDirectory>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let sql: Client[];
  let told: object[];

  beforeEach(async () => {
    databases = [await createShardDatabase(), await createShardDatabase()];
    const shardUrls = databases.map(({ url }) => url);
    directory = await createDirectory(shardsOf(shardUrls));
    service = await startOrderService({ shardUrls, directoryUrl: directory.url });
    client = new OrderServiceClient(service.url);
    sql = [...shardUrls, directory.url].map((url) => new Client({ connectionString: url }));
    for (const connection of sql) await connection.connect();
    told = [];
  });

  afterEach(async () => {
    await service.stop();
    for (const connection of sql) await connection.end();
    for (const database of [...databases, directory]) await database.drop();
  });

  const shardOf = (slot: number) => sql[slot < 2_048 ? 0 : 1] as Client;
  const backfill = ({ again = false } = {}) =>
    runBackfill({
      directoryUrl: directory.url,
      router: service.get(VSchemaRouter),
      logger: { info: () => undefined, warn: (fields: unknown) => told.push(fields as object) },
      again,
    });

  /** Stores customers as the release before the lookups did: the row only. */
  async function storeOlder(count: number): Promise<Older[]> {
    const older = Array.from({ length: count }, (_, n) => ({
      id: composeId({
        atMs: Date.UTC(2026, 0, 2),
        slot: toSlot((n * 1_597) % 4_096),
        worker: 0,
        sequence: n % 32,
      }),
      email: `older-${n}@example.com`,
      region: n % 2 === 0 ? 'eu' : 'us',
    }));
    for (const { id, email, region } of older) {
      await shardOf(slotOf(id)).query(
        'insert into customers (id, email, name, region) values ($1, $2, $3, $4)',
        [id, email, 'Older', region],
      );
    }
    return older;
  }

  const byEmail = async (email: string) =>
    (await client.get<CustomerPage>(`/v1/customers?email=${email}`)).body.items;

  async function inRegion(region: string): Promise<string[]> {
    const customers: Customer[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = `?region=${region}&limit=50${cursor && `&cursor=${cursor}`}`;
      const { body } = await client.get<CustomerPage>(`/v1/customers${query}`);
      customers.push(...body.items);
      cursor = body.nextCursor;
    }
    return customers.map(({ id }) => id);
  }

  it('are found by e-mail and by region, each once, and keep their e-mails to themselves', async () => {
    const older = await storeOlder(60);
    expect(await byEmail(older[0]!.email)).toEqual([]);
    await backfill();
    await backfill();
    for (const { id, email } of older.slice(0, 20)) {
      expect((await byEmail(email)).map((customer) => customer.id)).toEqual([id]);
    }
    const ids = (region: string) => older.filter((one) => one.region === region).map(({ id }) => id);
    expect((await inRegion('eu')).toSorted()).toEqual(ids('eu').toSorted());
    expect((await inRegion('us')).toSorted()).toEqual(ids('us').toSorted());
    const taken = await client.createCustomer({ email: older[7]!.email.toUpperCase() });
    expect([taken.status, taken.body.code]).toEqual([409, 'email-taken']);
    expect(told).toEqual([]);
  });

  it('are backfilled from where an interrupted run stopped, or from the beginning on request', async () => {
    const older = await storeOlder(60);
    const stopAt = older.find(({ id }) => slotOf(id) > 2_048)!;
    const claims = sql.slice(0, 2);
    const onBoth = (statement: string) => Promise.all(claims.map((shard) => shard.query(statement)));
    const stored = async () =>
      (await onBoth('select from customer_emails')).reduce((sum, { rows }) => sum + rows.length, 0);
    await onBoth(
      `create function stop() returns trigger language plpgsql as $$ begin raise exception 'stopped'; end $$;
       create trigger stop before insert on customer_emails for each row
         when (new.customer_id = ${stopAt.id}) execute function stop()`,
    );
    await expect(backfill()).rejects.toThrow('stopped');
    const { rows } = await sql[2]!.query('select lookup, next_slot::int as slot from lookup_backfills');
    expect(rows).toEqual([
      { lookup: 'customer_emails', slot: slotOf(stopAt.id) - (slotOf(stopAt.id) % 128) },
    ]);

    await onBoth('drop trigger stop on customer_emails');
    await onBoth('truncate customer_emails');
    await backfill();
    const rest = older.filter(({ id }) => slotOf(id) >= rows[0]!.slot).length;
    expect([await stored(), rest < 60]).toEqual([rest, true]);
    await backfill({ again: true });
    expect(await stored()).toBe(60);
  });

  it('take their e-mail over from an incomplete sign-up; of two customers with one e-mail, one is reported', async () => {
    const [first, second] = await storeOlder(2);
    await shardOf(slotOf(second!.id)).query('update customers set email = $2 where id = $1', [
      second!.id,
      first!.email.toUpperCase(),
    ]);
    const router = service.get(VSchemaRouter);
    const slot = router.slotOf('customer_emails', { email: first!.email });
    const nobody = composeId({ atMs: Date.UTC(2026, 0, 3), slot: toSlot(9), worker: 1, sequence: 0 });
    await shardOf(slot).query('insert into customer_emails values ($1, $2, $2, $3)', [
      slot,
      first!.email,
      nobody,
    ]);
    await backfill();
    const [holder] = await byEmail(first!.email);
    expect([first!.id, second!.id]).toContain(holder!.id);
    const other = holder!.id === first!.id ? second! : first!;
    expect(told).toEqual([{ customer: other.id }]);
    expect((await client.customer(other.id)).status).toBe(200);
  });
});
