import { type CatalogueEntry, SEED_PRODUCTS } from '@groundwork/contracts';
import { createTestDatabase, type TestDatabase } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import { outputOf, spawnTypescript } from '../../test/spawn-typescript.ts';
import { startOrderService } from '../../test/start-order-service.ts';

const SKU = 'GW-0025';
const SEED = SEED_PRODUCTS.find(({ sku }) => sku === SKU)!.price;
const PRICE = { ...SEED, amount: SEED.amount + 1_111 };

describe('a VSchema that changes while rows are stored', () => {
  let databases: TestDatabase[];
  let folder: string;

  beforeAll(async () => {
    databases = await Promise.all([1, 2, 3].map(() => createTestDatabase()));
    folder = await mkdtemp(join(tmpdir(), 'vschema-'));
    await migrate();
    await withService(undefined, (client) => client.put(`/v1/admin/catalogue/${SKU}`, { price: PRICE }));
  });

  afterAll(async () => {
    for (const database of databases) await database.drop();
    await rm(folder, { recursive: true });
  });

  const urls = () => databases.map(({ url }) => url) as [string, string, string];

  function migrate(file?: string, ...args: string[]): Promise<string> {
    const [directory, one, two] = urls();
    const environment = {
      DIRECTORY_URL: directory,
      SHARD_URLS: `shard-1=${one},shard-2=${two}`,
      SLOT_MAP: '0-2047=shard-1,2048-4095=shard-2',
      ...(file !== undefined && { VSCHEMA_FILE: file }),
    };
    return outputOf(spawnTypescript('src/migrate.ts', { args, environment }));
  }

  async function withService<T>(
    file: string | undefined,
    work: (client: OrderServiceClient) => Promise<T>,
  ): Promise<T> {
    const [directoryUrl, ...shardUrls] = urls();
    const environment = file === undefined ? {} : { VSCHEMA_FILE: file };
    const service = await startOrderService({ shardUrls, directoryUrl, environment });
    try {
      return await work(new OrderServiceClient(service.url));
    } finally {
      await service.stop();
    }
  }

  async function changed(from: string, to: string): Promise<string> {
    const text = await readFile('../../infra/postgres/vschema.json', 'utf8');
    expect(text).toContain(from);
    const file = join(folder, `${Date.now()}.json`);
    await writeFile(file, text.replace(from, to));
    return file;
  }
  const priceBy = (file?: string) =>
    withService(
      file,
      async (client) => (await client.get<CatalogueEntry>(`/v1/catalogue/${SKU}`)).body.price,
    );

  it('is rejected by the job and by the service, with the remedy, and stores no row a second time', async () => {
    const file = await changed('..GW-0031=512, GW-0031..', '..GW-0021=512, GW-0021..');
    const refused =
      /orders\.catalogue_entries were placed by range of sku .*npm run shards -- move .*--accept-vschema/;
    await expect(migrate(file)).rejects.toThrow(refused);
    await expect(priceBy(file)).rejects.toThrow(refused);
    await expect(migrate(file, '--accept-vschema')).rejects.toThrow(
      /10 stored rows of orders\.catalogue_entries would have to move/,
    );
    expect(await priceBy()).toEqual(PRICE);
  });

  it('is accepted when it maps every stored row to its slot; afterwards the previous VSchema is rejected', async () => {
    const file = await changed('\\"ap\\": 160', '\\"ap\\": 160, \\"sa\\": 224');
    await expect(migrate(file)).rejects.toThrow('orders.customers_by_region');
    await migrate(file, '--accept-vschema');
    expect(await priceBy(file)).toEqual(PRICE);
    await expect(priceBy()).rejects.toThrow('orders.customers_by_region');
  });

  it('may add tables', async () => {
    const region = await changed('\\"ap\\": 160', '\\"ap\\": 160, \\"sa\\": 224');
    const text = await readFile(region, 'utf8');
    const table =
      '"reviews": { "column_vindexes": [{ "column": "slot", "name": "stored_slot" }] }, "products"';
    const file = join(folder, 'new-table.json');
    await writeFile(file, text.replace('"products"', table));
    await migrate(file);
    expect(await priceBy(file)).toEqual(PRICE);
  });
});
