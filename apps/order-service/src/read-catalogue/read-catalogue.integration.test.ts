import { type CatalogueEntry, SEED_PRODUCTS } from '@groundwork/contracts';
import { VSchemaRouter } from '@groundwork/sharding';
import { SLOT_LOCK_CLASS } from '@groundwork/sharding/postgres';
import { createTestDatabase, eventually } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createDirectory } from '../../test/create-directory.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import { outputOf, spawnTypescript } from '../../test/spawn-typescript.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';
import { vschemaFile } from '../routing/vschema-file.ts';
import { seedCatalogue } from './seed-catalogue.ts';

const router = new VSchemaRouter(vschemaFile.parse(undefined));

describe('the catalogue', () => {
  let databases: Awaited<ReturnType<typeof createShardDatabase>>[];
  let directory: Awaited<ReturnType<typeof createDirectory>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;

  beforeAll(async () => {
    databases = await Promise.all([createShardDatabase(), createShardDatabase()]);
    const shardUrls = databases.map(({ url }) => url);
    directory = await createDirectory(shardsOf(shardUrls));
    await seedCatalogue(directory.url, router);
    service = await startOrderService({ shardUrls, directoryUrl: directory.url });
    client = new OrderServiceClient(service.url);
  });

  afterAll(async () => {
    await service.stop();
    for (const database of [...databases, directory]) await database.drop();
  });

  const query = (shard: number, text: string) => queryAt(databases[shard]!.url, text);

  it('is read from the shard that owns the range of the sku', async () => {
    for (const { sku, name, price } of SEED_PRODUCTS) {
      const { status, body } = await client.get<CatalogueEntry>(`/v1/catalogue/${sku}`);
      expect([status, body]).toEqual([200, { sku, name, price }]);
    }
    const ranges = `select slot, min(sku) as first, max(sku) as last, count(*)::int from catalogue_entries group by slot order by slot`;
    expect(await query(0, ranges)).toEqual([
      { slot: 512, first: 'GW-0001', last: 'GW-0030', count: 30 },
      { slot: 1536, first: 'GW-0031', last: 'GW-0060', count: 30 },
    ]);
    expect(await query(1, ranges)).toEqual([
      { slot: 2560, first: 'GW-0061', last: 'GW-0090', count: 30 },
      { slot: 3584, first: 'GW-0091', last: 'GW-0120', count: 30 },
    ]);
  });

  it('keeps changed prices when it is seeded again', async () => {
    await query(0, `update catalogue_entries set price_amount = 1 where sku = 'GW-0001'`);
    await query(0, `delete from catalogue_entries where sku = 'GW-0002'`);
    await seedCatalogue(directory.url, router);
    expect((await client.get<CatalogueEntry>('/v1/catalogue/GW-0001')).body.price.amount).toBe(1);
    expect((await client.get('/v1/catalogue/GW-0002')).status).toBe(200);
  });

  it('is seeded on the new owner when one of its slots is switched meanwhile', async () => {
    const mover = new Client({ connectionString: databases[0]!.url });
    await mover.connect();
    await mover.query('begin');
    await mover.query('select pg_advisory_xact_lock($1, 512)', [SLOT_LOCK_CLASS]);
    const connections = async () =>
      (await query(0, 'select from pg_stat_activity where datname = current_database()')).length;
    const before = await connections();
    const seeding = seedCatalogue(directory.url, router);
    await eventually(async () => (await connections()) > before);
    await mover.query('delete from slot_ownership where slot = 512');
    await mover.query('commit');
    await mover.end();
    await query(1, 'insert into slot_ownership values (512, 2)');
    await queryAt(
      directory.url,
      `begin; update slots set shard = 'shard-2', epoch = 2 where slot = 512; update slot_map set epoch = 2; commit`,
    );
    await seeding;
    const there = await query(1, 'select count(*)::int from catalogue_entries where slot = 512');
    expect(there).toEqual([{ count: 30 }]);
  });

  it('is complete after one or more runs of the migration job on empty databases', async () => {
    const [home, one, two] = await Promise.all([1, 2, 3].map(createTestDatabase));
    const environment = {
      DIRECTORY_URL: home!.url,
      SHARD_URLS: `shard-1=${one!.url},shard-2=${two!.url}`,
      SLOT_MAP: '0-1023=shard-1,1024-4095=shard-2',
    };
    for (let run = 0; run < 2; run++) await outputOf(spawnTypescript('src/migrate.ts', { environment }));
    const count = 'select count(*)::int from catalogue_entries';
    const counts = await Promise.all([one!, two!].map(({ url }) => queryAt(url, count)));
    expect(counts).toEqual([[{ count: 30 }], [{ count: 90 }]]);
    for (const database of [home!, one!, two!]) await database.drop();
  });

  it('answers 404 for an unknown sku and 400 for an invalid one', async () => {
    expect(await client.get('/v1/catalogue/GW-9999')).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    expect(await client.get('/v1/catalogue/gw%201')).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ pointer: '/path' }] },
    });
  });
});

async function queryAt(url: string, text: string): Promise<unknown[]> {
  const sql = new Client({ connectionString: url });
  await sql.connect();
  const { rows } = await sql.query(text);
  await sql.end();
  return rows;
}
