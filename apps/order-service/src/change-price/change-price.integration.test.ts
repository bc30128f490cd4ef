import { PriceChanged, SEED_PRODUCTS } from '@groundwork/contracts';
import { exampleOf, shapeOf } from '@groundwork/contracts/examples';
import { VSchemaRouter } from '@groundwork/sharding';
import { eventually, startTestPostgres } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createDirectory } from '../../test/create-directory.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import { spawnOrderService } from '../../test/spawn-order-service.ts';
import {
  createShardDatabase,
  migrate,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';
import { seedCatalogue } from '../read-catalogue/seed-catalogue.ts';

/** The catalogue entry of this product is in slot 512, on shard-1. */
const SKU = 'GW-0007';
const product = SEED_PRODUCTS.find(({ sku }) => sku === SKU)!;

describe('changing a price', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let stoppable: Awaited<ReturnType<typeof startTestPostgres>>;
  let directory: Awaited<ReturnType<typeof createDirectory>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let sql: Client;
  let urls: [string, string];

  beforeAll(async () => {
    database = await createShardDatabase();
    stoppable = await startTestPostgres();
    await migrate(stoppable.url);
    urls = [database.url, stoppable.url];
    directory = await createDirectory(shardsOf(urls));
    service = await startOrderService({ shardUrls: urls, directoryUrl: directory.url });
    await seedCatalogue(directory.url, service.get(VSchemaRouter));
    client = new OrderServiceClient(service.url);
    sql = await connect(database.url);
  });

  afterAll(async () => {
    await sql.end();
    await service.stop();
    await directory.drop();
    await database.drop();
    await stoppable.stop();
  });

  async function connect(url: string): Promise<Client> {
    const connection = new Client({ connectionString: url });
    connection.on('error', () => undefined);
    await connection.connect();
    return connection;
  }

  const change = async (amount: number, { sku = SKU, url = service.url, currency = 'EUR' } = {}) => {
    const response = await fetch(`${url}/v1/admin/catalogue/${sku}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ price: { amount, currency } }),
    });
    return { status: response.status, body: (await response.json()) as { code?: string; price?: object } };
  };
  /** Returns the price in the catalogue and in the copies of both shards. */
  async function prices(): Promise<number[]> {
    const other = await connect(stoppable.url);
    const entry = await sql.query<{ amount: string }>(
      'select price_amount as amount from catalogue_entries where sku = $1',
      [SKU],
    );
    const copies = await Promise.all(
      [sql, other].map((shard) =>
        shard.query<{ amount: string }>('select price_amount as amount from products where sku = $1', [SKU]),
      ),
    );
    await other.end();
    return [entry, ...copies].map(({ rows }) => Number(rows[0]?.amount));
  }
  const inDoubt = async () => {
    const { rowCount } = await sql.query('select from pg_prepared_xacts where database = current_database()');
    return rowCount;
  };

  it('changes the entry and every copy, publishes an event, and applies to new orders', async () => {
    expect(await change(1_234)).toEqual({
      status: 200,
      body: { sku: SKU, name: product.name, price: { amount: 1_234, currency: 'EUR' } },
    });
    expect(await prices()).toEqual([1_234, 1_234, 1_234]);
    const customer = (await client.createCustomer()).body;
    const { body } = await client.placeOrder(customer.id, [{ sku: SKU, quantity: 2 }]);
    expect(body.total).toEqual({ amount: 2_468, currency: 'EUR' });
    const { rows } = await sql.query('select type, key, slot, data from outbox where topic = $1', [
      PriceChanged.topic,
    ]);
    expect(rows).toEqual([
      {
        type: PriceChanged.type,
        key: SKU,
        slot: 512,
        data: { sku: SKU, price: { amount: 1_234, currency: 'EUR' }, version: 1 },
      },
    ]);
    expect(shapeOf(rows[0].data)).toEqual(shapeOf(exampleOf(PriceChanged)));
    expect(await inDoubt()).toBe(0);
  });

  it('rejects an invalid price and an unknown product', async () => {
    expect(await change(-1)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(await change(1_000_000_001)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(await change(1, { currency: 'USD' })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
    expect(await change(1, { sku: 'GW-9999' })).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await inDoubt()).toBe(0);
  });

  it('leaves the same price everywhere after concurrent changes', async () => {
    const amounts = Array.from({ length: 8 }, (_, n) => 2_000 + n);
    const answers = await Promise.all(amounts.map((amount) => change(amount)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const [entry, ...copies] = await prices();
    expect(amounts).toContain(entry);
    expect(copies).toEqual([entry, entry]);
  });

  it('changes nothing anywhere while one shard is down', async () => {
    await change(3_000);
    await stoppable.kill();
    expect(await change(3_001)).toMatchObject({
      status: 503,
      body: { code: 'shard-unavailable', retryable: true },
    });
    await stoppable.restart();
    await eventually(async () => (await change(3_002)).status === 200);
    expect(await prices()).toEqual([3_002, 3_002, 3_002]);
  });

  it('reports an open outcome when the directory fails at the decision; all shards end with the same price', async () => {
    const [home, other] = [await connect(directory.url), await connect(stoppable.url)];
    await other.query('begin');
    await other.query('update products set name = name where sku = $1', [SKU]);
    const asked = change(3_500);
    await eventually(async () => (await inDoubt()) === 1);
    await home.query('begin; lock table two_phase_transactions in exclusive mode');
    await other.query('rollback');
    expect(await asked).toMatchObject({
      status: 503,
      body: {
        code: 'two-phase-undecided',
        retryable: true,
        detail: expect.stringContaining(`look at GET /v1/catalogue/${SKU}`),
      },
    });
    // Still prepared: the change may still commit.
    expect(await inDoubt()).toBe(1);
    await home.query('rollback');
    await eventually(async () => (await inDoubt()) === 0);
    const [entry, ...copies] = await prices();
    expect([3_002, 3_500]).toContain(entry);
    expect(copies).toEqual([entry, entry]);
    expect((await change(3_002)).status).toBe(200);
    await Promise.all([home.end(), other.end()]);
  });

  it('ends with the same price on all shards after its instance is killed half-way', async () => {
    const doomed = await spawnOrderService(directory.url, shardsOf(urls));
    const other = await connect(stoppable.url);
    // The second shard comes last, so the first has prepared when the second waits.
    await other.query('begin');
    await other.query('update products set name = name where sku = $1', [SKU]);
    const asked = change(4_000, { url: doomed.url }).catch(() => undefined);
    await eventually(async () => (await inDoubt()) === 1);
    await doomed.end('SIGKILL');
    await asked;
    await other.query('rollback');
    await other.end();
    // Recovery waits for the decision deadline of the instance, because it cannot detect the crash earlier.
    await eventually(async () => (await inDoubt()) === 0);
    expect(await prices()).toEqual([3_002, 3_002, 3_002]);
    expect((await change(4_001)).status).toBe(200);
  });
});
