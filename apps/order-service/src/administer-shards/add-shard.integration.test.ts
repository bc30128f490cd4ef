import { type Problem, type Shard, type ShardMove, type ShardPlan } from '@groundwork/contracts';
import { VSchemaRouter } from '@groundwork/sharding';
import { createTestDatabase, eventually, type TestDatabase } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client } from 'pg';
import { connect } from '../../test/connect.ts';
import { createDirectory } from '../../test/create-directory.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import { spawnOrderService } from '../../test/spawn-order-service.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';
import { seedCatalogue } from '../read-catalogue/seed-catalogue.ts';

const SKU = 'GW-0007';
const EARLIER = 'GW-0008';

describe('adding a shard to a running shop', () => {
  let databases: { url: string; drop(): Promise<void> }[];
  let third: TestDatabase;
  let directory: TestDatabase;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let decisions: Client;
  let urls: Map<string, string>;

  beforeEach(async () => {
    databases = [await createShardDatabase(), await createShardDatabase()];
    third = await createTestDatabase();
    const known = databases.map(({ url }) => url);
    directory = await createDirectory(shardsOf(known));
    urls = new Map([...known, third.url].map((url, n) => [`shard-${n + 1}`, url]));
    const SHARD_URLS = [...urls].map(([name, url]) => `${name}=${url}`).join(',');
    service = await startOrderService({
      shardUrls: known,
      directoryUrl: directory.url,
      environment: { SHARD_URLS },
    });
    await seedCatalogue(directory.url, service.get(VSchemaRouter));
    client = new OrderServiceClient(service.url);
    decisions = await connect(directory.url);
  });

  afterEach(async () => {
    await decisions.end();
    await service.stop();
    for (const database of [...databases, third, directory]) await database.drop();
  });

  const add = (name: string, { url, at = client }: { url?: string; at?: OrderServiceClient } = {}) =>
    at.post<Shard & Problem>('/v1/admin/shards', { name, ...(url !== undefined && { url }) });
  const move = (slots: string) =>
    client.post<ShardMove & Problem>('/v1/admin/shard-moves', { moves: [{ to: 'shard-3', slots }] });

  async function changePrice(sku: string, amount: number): Promise<number> {
    const response = await fetch(`${service.url}/v1/admin/catalogue/${sku}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ price: { amount, currency: 'EUR' } }),
    });
    return response.status;
  }

  async function on<Row extends object>(url: string, sql: string): Promise<Row[]> {
    const connection = await connect(url);
    try {
      return (await connection.query<Row>(sql)).rows;
    } finally {
      await connection.end();
    }
  }

  /** Returns the price of the product on each shard. */
  async function pricesOf(sku: string): Promise<number[]> {
    const prices = [...urls.values()].map((url) =>
      on<{ amount: number }>(url, `select price_amount::int as amount from products where sku = '${sku}'`),
    );
    return (await Promise.all(prices)).map(([row]) => row!.amount);
  }

  /** Starts a change before the shard is added and leaves it unfinished: the copy must wait for it. */
  const beginOlderChange = () =>
    decisions.query(
      `insert into two_phase_transactions (gid, participants, decide_before)
       values ('another-service:older', '{shard-1,shard-2}', now() + interval '1 hour')`,
    );
  const endOlderChange = () =>
    decisions.query(`delete from two_phase_transactions where gid = 'another-service:older'`);
  const isCopying = async () => {
    const locks = await on(
      third.url,
      `select from pg_locks join pg_class on pg_class.oid = relation
       where relname = 'products' and mode = 'ShareRowExclusiveLock' and granted`,
    );
    return locks.length > 0;
  };

  it('applies a price change that starts between the entry and the copy of the shard', async () => {
    await beginOlderChange();
    const adding = add('shard-3');
    await eventually(isCopying);
    const changing = changePrice(SKU, 4_321);
    await eventually(async () => {
      const { rows } = await decisions.query(
        `select from two_phase_transactions where 'shard-3' = any(participants)`,
      );
      return rows.length > 0;
    });
    await endOlderChange();
    expect([(await adding).status, await changing]).toEqual([200, 200]);
    expect(await pricesOf(SKU)).toEqual([4_321, 4_321, 4_321]);
  });

  it('resumes after its process was killed; until then the shard gets no slots', async () => {
    expect(await changePrice(EARLIER, 1_111)).toBe(200);
    await beginOlderChange();
    const other = await spawnOrderService(directory.url, { urls });
    const cutOff = add('shard-3', { at: new OrderServiceClient(other.url) }).catch(() => undefined);
    await eventually(isCopying);
    expect(await add('shard-3')).toMatchObject({ status: 409, body: { code: 'shard-being-added' } });
    await other.end('SIGKILL');
    await cutOff;
    await eventually(async () => !(await isCopying()));

    const refused = { status: 409, body: { code: 'shard-not-ready' } };
    expect(await move('0-9')).toMatchObject(refused);
    expect(await client.post<ShardPlan>('/v1/admin/shard-plans', {})).toMatchObject(refused);
    expect(await changePrice(SKU, 2_222)).toBe(200);

    await endOlderChange();
    expect((await add('shard-3')).status).toBe(200);
    expect(await pricesOf(SKU)).toEqual([2_222, 2_222, 2_222]);
    expect(await pricesOf(EARLIER)).toEqual([1_111, 1_111, 1_111]);
    expect((await move('0-9')).status).toBe(201);
  });

  it('names the shard that is down and has the reference tables; the new shard becomes ready after a retry', async () => {
    const nobody = 'postgres://groundwork@127.0.0.1:1/orders';
    const SHARD_URLS = [...urls]
      .map(([name, url]) => `${name}=${name === 'shard-1' ? nobody : url}`)
      .join(',');
    const other = await startOrderService({
      shardUrls: databases.map(({ url }) => url),
      directoryUrl: directory.url,
      environment: { SHARD_URLS },
    });
    try {
      expect(await add('shard-3', { at: new OrderServiceClient(other.url) })).toMatchObject({
        status: 503,
        body: { code: 'shard-unavailable', detail: expect.stringContaining('shard-1') },
      });
    } finally {
      await other.stop();
    }
    expect(await move('0-9')).toMatchObject({ status: 409, body: { code: 'shard-not-ready' } });
    expect((await add('shard-3')).status).toBe(200);
  });

  it('rejects a second name for a database, also under another spelling of its address', async () => {
    expect((await add('shard-3')).status).toBe(200);
    const spelled = third.url.replace('127.0.0.1', 'localhost');
    expect(spelled).not.toBe(third.url);
    expect(await add('shard-4', { url: spelled })).toMatchObject({
      status: 422,
      body: { code: 'shard-named-otherwise', detail: expect.stringMatching(/shard-4 .*shard-3/) },
    });
    expect((await on(directory.url, `select from shards where name = 'shard-4'`)).length).toBe(0);
  });

  it('rejects a switch of slots to a shard with other prices; adding the shard again repairs them', async () => {
    await add('shard-3');
    const { body } = await move('0-9');
    const toSwitch = () => client.post<Problem>(`/v1/admin/shard-moves/${body.id}/switch`, {});
    await on(third.url, `update products set price_amount = 1 where sku = '${SKU}'`);
    expect(await toSwitch()).toMatchObject({
      status: 409,
      body: { code: 'references-differ', detail: expect.stringContaining('shard-1 and shard-3') },
    });
    expect((await add('shard-3')).status).toBe(200);
    expect(await toSwitch()).toMatchObject({ status: 409, body: { code: 'move-not-ready' } });
  });
});
