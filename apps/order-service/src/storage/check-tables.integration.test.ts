import { type Problem, type ShardMove, type ShardMoveList, type ShardPlan } from '@groundwork/contracts';
import { SlotMap } from '@groundwork/sharding';
import { createTestDatabase, type TestDatabase } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '../../test/connect.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import { outputOf, spawnTypescript } from '../../test/spawn-typescript.ts';
import { type RunningOrderService, startOrderService } from '../../test/start-order-service.ts';
import { checkTables } from './check-tables.ts';
import { prepareDatabases } from './directory/prepare-databases.ts';

const MAP = '0-2047=shard-1,2048-4095=shard-2';
const REVIEWS = `create table reviews (id bigserial primary key, slot smallint not null, body text);
  create index on reviews (slot, id)`;

describe('a table that cannot be moved', () => {
  let databases: TestDatabase[];
  let service: RunningOrderService;
  let client: OrderServiceClient;

  beforeAll(async () => {
    databases = await Promise.all([1, 2, 3].map(() => createTestDatabase()));
    const { directoryUrl, shardUrls } = settings();
    const quiet = { info: () => undefined, warn: () => undefined };
    await prepareDatabases({ directoryUrl, shardUrls, firstMap: SlotMap.parse(MAP) }, quiet);
    service = await startOrderService({ shardUrls: [...shardUrls.values()], directoryUrl });
    client = new OrderServiceClient(service.url);
  });

  afterAll(async () => {
    await service.stop();
    for (const database of databases) await database.drop();
  });

  const settings = () => {
    const [directoryUrl, one, two] = databases.map(({ url }) => url) as [string, string, string];
    return {
      directoryUrl,
      shardUrls: new Map([
        ['shard-1', one],
        ['shard-2', two],
      ]),
    };
  };
  function migrate(): Promise<string> {
    const { directoryUrl, shardUrls } = settings();
    const environment = {
      DIRECTORY_URL: directoryUrl,
      SHARD_URLS: [...shardUrls].map(([name, url]) => `${name}=${url}`).join(','),
      SLOT_MAP: MAP,
    };
    return outputOf(spawnTypescript('src/migrate.ts', { environment }));
  }
  const onShards = async (sql: string, urls = databases.slice(1)) => {
    for (const { url } of urls) {
      const connection = await connect(url);
      await connection.query(sql).finally(() => connection.end());
    }
  };
  const plan = () => client.post<ShardPlan & Problem>('/v1/admin/shard-plans', { shards: ['shard-2'] });
  const move = (query = '') =>
    client.post<ShardMove & Problem>(`/v1/admin/shard-moves${query}`, {
      moves: [{ to: 'shard-2', slots: '7' }],
    });

  it('is rejected by the migration job, by a plan and by a move, with table, column and remedy', async () => {
    await onShards(REVIEWS);
    await expect(migrate()).rejects.toThrow(
      /table reviews, column id: .*make the primary key \(\\?"slot\\?", \\?"id\\?"\)/,
    );
    for (const answer of [await plan(), await move('?dryRun=true'), await move()]) {
      expect(answer.body).toMatchObject({
        code: 'table-not-movable',
        detail: expect.stringMatching(/table reviews, column id: .*make the primary key \("slot", "id"\)/),
      });
      expect(answer.status).toBe(409);
    }
    expect((await client.get<ShardMoveList>('/v1/admin/shard-moves')).body.items).toEqual([]);
  });

  it('is accepted once it can be moved and all shards have it', async () => {
    await onShards('drop table reviews');
    await onShards(
      'create table reviews (slot smallint, id uuid, primary key (slot, id))',
      databases.slice(1, 2),
    );
    expect((await plan()).body).toMatchObject({
      code: 'schema-differs',
      detail: expect.stringContaining('reviews is not the same on shard-1 and shard-2'),
    });
    await onShards(
      'create table reviews (slot smallint, id uuid, primary key (slot, id))',
      databases.slice(2),
    );
    await checkTables(settings().shardUrls);
    expect((await plan()).status).toBe(200);
    expect((await move()).status).toBe(201);
  });
});
