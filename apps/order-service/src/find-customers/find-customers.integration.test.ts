import { type Customer, type CustomerPage } from '@groundwork/contracts';
import { composeId, encodeCursor, slotOf, toSlot, VSchemaRouter } from '@groundwork/sharding';
import { eventually } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { asTheMover } from '../../test/as-the-mover.ts';
import { createDirectory } from '../../test/create-directory.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';

describe('finding customers', () => {
  let databases: Awaited<ReturnType<typeof createShardDatabase>>[];
  let directoryDatabase: Awaited<ReturnType<typeof createDirectory>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let sql: Client[];
  let directory: Client;
  let europeans: Customer[];

  beforeAll(async () => {
    databases = await Promise.all([createShardDatabase(), createShardDatabase()]);
    // The slots of the region eu, 512 to 527, are on both shards.
    const slotMap = '0-519=shard-1,520-2047=shard-2,2048-3000=shard-1,3001-4095=shard-2';
    const shardUrls = databases.map(({ url }) => url);
    directoryDatabase = await createDirectory(shardsOf(shardUrls, slotMap));
    service = await startOrderService({ shardUrls, directoryUrl: directoryDatabase.url });
    directory = new Client({ connectionString: directoryDatabase.url });
    await directory.connect();
    client = new OrderServiceClient(service.url);
    sql = databases.map(({ url }) => new Client({ connectionString: url }));
    for (const connection of sql) await connection.connect();
    europeans = [];
    for (let n = 0; n < 23; n++) europeans.push((await client.createCustomer({ region: 'eu' })).body);
    await client.createCustomer({ region: 'us' });
  });

  afterAll(async () => {
    await service.stop();
    for (const connection of [...sql, directory]) await connection.end();
    for (const database of [...databases, directoryDatabase]) await database.drop();
  });

  const find = (query: string) => client.get<CustomerPage>(`/v1/customers${query}`);

  async function allPages(region: string, limit: number): Promise<CustomerPage['items'][]> {
    const pages = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body } = await find(`?region=${region}&limit=${limit}${cursor && `&cursor=${cursor}`}`);
      expect(status).toBe(200);
      pages.push(body.items);
      cursor = body.nextCursor;
    }
    return pages;
  }

  it('by e-mail returns the customer who has it, in any spelling', async () => {
    const [ada] = europeans;
    for (const email of [ada!.email, ada!.email.toUpperCase()]) {
      expect((await find(`?email=${email}`)).body).toEqual({ items: [ada], nextCursor: null });
    }
    expect((await find('?email=nobody@example.com')).body).toEqual({ items: [], nextCursor: null });
  });

  it('by region returns each customer of all shards once, in the order of their sign-up', async () => {
    expect(
      new Set(europeans.map(({ id }) => slotOf(id) < 520 || (slotOf(id) > 2047 && slotOf(id) < 3001))).size,
    ).toBe(2);
    const byId = europeans.toSorted((one, other) => Number(BigInt(one.id) - BigInt(other.id)));
    for (const limit of [1, 5, 22, 23, 24, 100]) {
      const pages = await allPages('eu', limit);
      expect(pages.flat()).toEqual(byId);
      expect(pages.map((page) => page.length)).toEqual([
        ...new Array<number>(Math.floor((23 - 1) / limit)).fill(limit),
        23 % limit || limit,
      ]);
    }
  });

  it('skips lookup rows without a customer and returns all other customers', async () => {
    await sql[0]!.query(`insert into customers_by_region values (515, 'eu', 1), (516, 'eu', $1)`, [
      `${BigInt(europeans[11]!.id) + 1n}`,
    ]);
    const pages = await allPages('eu', 4);
    expect(pages.flat()).toHaveLength(23);
    expect(pages.flat().map(({ id }) => id)).toEqual(expect.arrayContaining(europeans.map(({ id }) => id)));
    await sql[0]!.query('delete from customers_by_region where slot = 515 and customer_id = 1');
    await sql[0]!.query('delete from customers_by_region where slot = 516 and customer_id = $1', [
      `${BigInt(europeans[11]!.id) + 1n}`,
    ]);
  });

  it('queries only the shards of the region and of its customers', async () => {
    // The region ap has slots 2560 to 2575, all of them on shard-1.
    await sql[1]!.query('alter table customers_by_region rename to hidden');
    try {
      expect((await find('?region=ap')).body).toEqual({ items: [], nextCursor: null });
      expect((await find('?region=eu')).status).toBe(500);
    } finally {
      await sql[1]!.query('alter table hidden rename to customers_by_region');
    }
  });

  it('ignores copies of slots that the shard does not own', async () => {
    const pages = await allPages('eu', 5);
    const copied = europeans[3]!.id;
    const copy = (statement: string, values: unknown[] = []) =>
      asTheMover(sql[0]!, () => sql[0]!.query(statement, values));
    await copy(`insert into customers_by_region values (525, 'eu', $1), (526, 'eu', 7)`, [copied]);
    expect(await allPages('eu', 5)).toEqual(pages);
    await copy('delete from customers_by_region where slot in (525, 526)');
  });

  it('follows slots of the region to their new shard', async () => {
    // Customers are in random slots, so these slots may contain some. Rows stay text, because they contain 64-bit numbers.
    const leaving = new Map<string, string>();
    for (const [table, slot] of Object.entries({ customers_by_region: 'slot', customers: 'slot_of(id)' })) {
      const { rows } = await sql[0]!.query<{ row: string }>(
        `delete from ${table} where ${slot} between 512 and 519 returning to_jsonb(${table})::text as row`,
      );
      leaving.set(table, `[${rows.map(({ row }) => row).join(',')}]`);
    }
    await sql[0]!.query('delete from slot_ownership where slot between 512 and 519');
    // The fence of the old owner rejects this listing, which then waits for a newer map.
    const listing = find('?region=eu&limit=100');
    for (const [table, rows] of leaving) {
      const copy = `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1)`;
      await asTheMover(sql[1]!, () => sql[1]!.query(copy, [rows]));
    }
    await sql[1]!.query('insert into slot_ownership select slot, 2 from generate_series(512, 519) slot');
    await directory.query(`update slots set shard = 'shard-2', epoch = 2 where slot between 512 and 519`);
    await directory.query('update slot_map set epoch = 2');
    const { status, body } = await listing;
    expect(status).toBe(200);
    expect(body.items).toHaveLength(23);
  });

  it.each([
    ['', 'unroutable', '/query'],
    ['?limit=5', 'unroutable', '/query'],
    ['?email=ada@example.com&region=eu', 'invalid-request', '/query'],
    ['?email=ada@example.com&cursor=x', 'invalid-request', '/query/cursor'],
    ['?email=ada', 'invalid-request', '/query/email'],
    ['?region=mars', 'invalid-request', '/query/region'],
    ['?name=Ada', 'invalid-request', '/query/name'],
    ['?region=eu&limit=101', 'invalid-request', '/query/limit'],
    ['?region=eu&cursor=x', 'invalid-cursor', '/query/cursor'],
    [
      `?region=eu&cursor=${encodeCursor(['7'], [{ name: 'customer_id', type: 'id', direction: 'asc' }], 'customers of us')}`,
      'invalid-cursor',
      '/query/cursor',
    ],
  ])('rejects %j with %s', async (query, code, pointer) => {
    expect(await find(query)).toMatchObject({ status: 400, body: { code, errors: [{ pointer }] } });
  });

  it('names the missing parameters when the query cannot be routed', async () => {
    const { body } = await client.get<{ detail: string; errors: unknown[] }>('/v1/customers');
    expect(body.detail).toBe(
      'The query does not identify the shards of these customers, and this request never queries all shards. Add email or region.',
    );
    expect(body.errors).toEqual([
      {
        pointer: '/query',
        detail: 'customers cannot be routed: nothing was given: give id, or email, or region, or tenant',
      },
    ]);
  });

  it('by region removes rows of failed sign-ups, and keeps rows of sign-ups that may be running', async () => {
    const [abandoned, underWay] = [Date.now() - 3_600_000, Date.now()].map((atMs) =>
      composeId({ atMs, slot: toSlot(1), worker: 30, sequence: 0 }),
    ) as [string, string];
    const store = async (id: string) => {
      const slot = service
        .get(VSchemaRouter)
        .slotOf('customers_by_region', { region: 'eu', customer_id: id });
      const shard = sql[service.get<Shards>(SHARDS).map.shardOf(slot) === 'shard-1' ? 0 : 1]!;
      await shard.query(`insert into customers_by_region values ($1, 'eu', $2)`, [slot, id]);
    };
    await store(underWay);
    const left = async () => {
      const found = await Promise.all(
        sql.map((shard) =>
          shard.query<{ id: string }>(
            'select customer_id as id from customers_by_region where customer_id = any($1)',
            [[abandoned, underWay]],
          ),
        ),
      );
      return found.flatMap(({ rows }) => rows.map(({ id }) => id));
    };
    // Lists twice: rows that the first listing removes by mistake are gone when the second one has finished.
    for (let time = 0; time < 2; time++) {
      await store(abandoned);
      expect((await allPages('eu', 100)).flat().map(({ id }) => id)).not.toContain(abandoned);
      await eventually(async () => !(await left()).includes(abandoned));
    }
    expect(await left()).toEqual([underWay]);
    for (const shard of sql)
      await shard.query('delete from customers_by_region where customer_id = $1', [underWay]);
  });
});
