import { SlotMap } from '@groundwork/sharding';
import { createTestDatabase, type TestDatabase } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '../../../test/connect.ts';
import { OrderServiceClient } from '../../../test/order-service-client.ts';
import { startOrderService } from '../../../test/start-order-service.ts';
import { prepareDatabases } from './prepare-databases.ts';

const firstMap = SlotMap.parse('0-2047=shard-1,2048-4095=shard-2');

describe('the job that prepares the databases', () => {
  let databases: TestDatabase[];
  let directoryUrl: string;
  let shardUrls: Map<string, string>;
  let told: object[];

  beforeEach(async () => {
    databases = await Promise.all([1, 2, 3].map(() => createTestDatabase()));
    const [directory, one, two] = databases.map(({ url }) => url) as [string, string, string];
    directoryUrl = directory;
    shardUrls = new Map([
      ['shard-1', one],
      ['shard-2', two],
    ]);
    told = [];
    await prepare();
  });

  afterEach(async () => {
    for (const database of databases) await database.drop();
  });

  const prepare = () =>
    prepareDatabases(
      { directoryUrl, shardUrls, firstMap },
      { info: () => undefined, warn: (fields: unknown) => told.push(fields as object) },
    );

  async function on<Row extends object>(url: string, sql: string): Promise<Row[]> {
    const client = await connect(url);
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async function withService<T>(work: (client: OrderServiceClient) => Promise<T>): Promise<T> {
    const service = await startOrderService({ shardUrls: [...shardUrls.values()], directoryUrl });
    try {
      return await work(new OrderServiceClient(service.url));
    } finally {
      await service.stop();
    }
  }

  /** Changes both shards as a switch does, but not the directory, which then is like one restored from an older backup. */
  async function switchToShard2(slots: string): Promise<void> {
    const [one, two] = [...shardUrls.values()] as [string, string];
    await on(one, `delete from slot_ownership where slot between ${slots}`);
    await on(
      two,
      `insert into slot_ownership select slot, 7 from generate_series(0, 4095) slot where slot between ${slots}`,
    );
    for (const url of [one, two]) await on(url, 'update shard_state set ownership_epoch = 7');
  }

  it('corrects a directory that was restored from an old backup, and logs the corrected slots', async () => {
    await switchToShard2('2000 and 2047');
    await prepare();
    expect(told).toEqual([{ slots: '2000-2047', shard: 'shard-2', insteadOf: 'shard-1', epoch: 8 }]);
    await withService(async (client) => {
      const pinned = await client.put<object>('/v1/admin/tenants/acme', { slot: 2_020 });
      expect(pinned.status).toBe(200);
      const { body: customer } = await client.createCustomer({ tenant: 'acme' });
      expect((await client.placeOrder(customer.id)).status).toBe(201);
      expect((await client.get('/v1/orders/summary')).status).toBe(200);
    });
  });

  it.each([1, 2])('migrates every other shard when shard-%i is down, and names that shard', async (down) => {
    const urls = [...shardUrls.values()];
    const isBehind = 'alter table customers drop column sign_up_key, drop column sign_up_hash';
    for (const url of urls) {
      await on(url, `${isBehind}; delete from migration_ledger where name like 'RepeatSignUps%'`);
    }
    shardUrls.set(`shard-${down}`, 'postgres://nobody@127.0.0.1:1/nowhere');
    await expect(prepare()).rejects.toMatchObject({
      code: 'shards-behind',
      message: expect.stringMatching(
        new RegExp(`^1 of 2 shards are not migrated: shard-${down} \\(connect ECONNREFUSED`),
      ),
    });
    const ledger = `select from migration_ledger where name like 'RepeatSignUps%'`;
    const migrated = await Promise.all(urls.map(async (url) => (await on(url, ledger)).length));
    expect(migrated).toEqual(down === 1 ? [0, 1] : [1, 0]);
    // The shard is back, and still lacks the migration.
    shardUrls.set(`shard-${down}`, urls[down - 1] as string);
    await withService(async (client) => {
      // The slots of a region are on one shard, so a region on the other shard distinguishes the two shards.
      const region = down === 1 ? 'ap' : 'eu';
      const outcomes = new Set<string>();
      for (let n = 0; n < 40 && outcomes.size < 2; n++) {
        const { status, body } = await client.createCustomer({ region });
        outcomes.add(`${status} ${body.code ?? ''}`.trim());
      }
      expect([...outcomes].sort()).toEqual(['201', '503 schema-skew']);
    });
    await prepare();
  });

  it('restores the pins of tenants that were lost with the directory', async () => {
    await withService(async (client) => {
      await client.put<object>('/v1/admin/tenants/acme', { slot: 3_000 });
      expect((await client.createCustomer({ tenant: 'acme' })).status).toBe(201);
    });
    await on(directoryUrl, 'truncate slot_map, shards, slots, tenants cascade');
    await prepare();
    expect(await on(directoryUrl, 'select tenant, slot, used_at is not null as used from tenants')).toEqual([
      { tenant: 'acme', slot: 3_000, used: true },
    ]);
    await withService(async (client) => {
      const { status, body } = await client.createCustomer({ email: 'second@example.com', tenant: 'acme' });
      expect([status, body.tenant]).toEqual([201, 'acme']);
    });
  });

  it('restores pins that a backup of the directory lacks, and logs a tenant that was pinned twice', async () => {
    await withService(async (client) => {
      for (const [tenant, slot] of [
        ['acme', 3_000],
        ['twice', 100],
      ] as const) {
        await client.put<object>(`/v1/admin/tenants/${tenant}`, { slot });
        expect((await client.createCustomer({ email: `${tenant}@example.com`, tenant })).status).toBe(201);
      }
      await on(directoryUrl, 'truncate tenants');
      await client.put<object>('/v1/admin/tenants/twice', { slot: 3_100 });
      await client.createCustomer({ email: 'other@example.com', tenant: 'twice' });
    });
    await prepare();
    expect(await on(directoryUrl, 'select tenant, slot from tenants order by tenant')).toEqual([
      { tenant: 'acme', slot: 3_000 },
      { tenant: 'twice', slot: 3_100 },
    ]);
    expect(told).toEqual([{ tenant: 'twice' }]);
  });
});
