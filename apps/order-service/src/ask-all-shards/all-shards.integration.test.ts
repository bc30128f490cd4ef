import { type AllOrdersPage, type OrdersSummary, type Problem } from '@groundwork/contracts';
import { slotOf } from '@groundwork/sharding';
import {
  eventually,
  type TestDatabase,
  type PartitionableProxy,
  startPartitionableProxy,
} from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client } from 'pg';
import { connect } from '../../test/connect.ts';
import { createDirectory } from '../../test/create-directory.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';
import {
  manyOrders,
  removeOrder,
  storeOnShards,
  storeOrder,
  type StoredOrder,
} from '../../test/stored-orders.ts';

const orders = manyOrders(60);
const isOnFirst = ({ id }: StoredOrder) => slotOf(id) < 2_048;
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id).sort();

describe('a query over all shards', () => {
  let databases: TestDatabase[];
  let network: PartitionableProxy;
  let directory: TestDatabase;
  let map: Client;
  let shards: [Client, Client];
  /** Connections that read `pg_stat_activity`: within a transaction its content does not change. */
  let onlookers: ReadonlyMap<Client, Client>;
  let service: RunningOrderService;
  let client: OrderServiceClient;

  /** The statement timeout exceeds every test, so a statement that ends early was cancelled. */
  const start = async (deadlineMs: number) => {
    service = await startOrderService({
      shardUrls: [databases[0]!.url, network.url],
      directoryUrl: directory.url,
      environment: { SHARD_STATEMENT_TIMEOUT_MS: '60000', SCATTER_DEADLINE_MS: `${deadlineMs}` },
    });
    client = new OrderServiceClient(service.url);
  };

  const restart = async (deadlineMs: number) => {
    await service.stop();
    await start(deadlineMs);
  };

  beforeEach(async () => {
    databases = await Promise.all([createShardDatabase(), createShardDatabase()]);
    network = await startPartitionableProxy(databases[1]!.url);
    const shardUrls = [databases[0]!.url, network.url];
    directory = await createDirectory(shardsOf(shardUrls));
    map = await connect(directory.url);
    shards = (await Promise.all(databases.map(({ url }) => connect(url)))) as [Client, Client];
    const [first, second] = await Promise.all(databases.map(({ url }) => connect(url)));
    onlookers = new Map([
      [shards[0], first!],
      [shards[1], second!],
    ]);
    await storeOnShards(shards, orders);
    await start(60_000);
  });

  afterEach(async () => {
    network.heal();
    await service.stop();
    await network.stop();
    await Promise.all([map, ...shards, ...onlookers.values()].map((sql) => sql.end()));
    for (const database of [...databases, directory]) await database.drop();
  });

  const list = (query = '') => client.get<AllOrdersPage & Problem>(`/v1/orders?limit=100${query}`);
  const summarise = (query = '') => client.get<OrdersSummary & Problem>(`/v1/orders/summary?${query}`);

  /** Returns the number of statements that the service is running on a shard, read through another connection. */
  async function running(shard: Client): Promise<number | null> {
    const { rowCount } = await onlookers.get(shard)!.query(
      `select from pg_stat_activity
      where datname = current_database() and application_name = 'order-service' and state = 'active'
        and query ilike '%slot_ownership%'`,
    );
    return rowCount;
  }

  /** Blocks all other reads and writes of orders on a shard until its transaction ends. */
  async function hold(shard: Client): Promise<void> {
    await shard.query('begin');
    await shard.query('lock table orders in access exclusive mode');
  }

  const nothingRuns = (shard: Client) => eventually(async () => (await running(shard)) === 0);
  const somethingRuns = (shard: Client) => eventually(async () => (await running(shard)) === 1);

  describe('when one shard is too slow', () => {
    beforeEach(() => restart(700));

    it('fails, names the shard, and cancels its statement', async () => {
      await hold(shards[1]);
      for (const ask of [list, summarise]) {
        const asked = ask();
        await somethingRuns(shards[1]);
        const { status, headers, body } = await asked;
        expect({ status, body }).toMatchObject({
          status: 503,
          body: { code: 'shard-unavailable', retryable: true, detail: expect.stringContaining('shard-2') },
        });
        expect(headers.get('retry-after')).toBe('1');
        // The lock is still held: only a cancellation can end the statement.
        await nothingRuns(shards[1]);
      }
      await shards[1].query('rollback');
      expect((await list()).status).toBe(200);
    });

    it('with `partial=true` returns the rows of the other shards, names the slow one, and cancels its statement', async () => {
      await hold(shards[1]);
      const { status, body } = await list('&partial=true');
      expect(status).toBe(200);
      expect(body).toMatchObject({ complete: false, failedShards: ['shard-2'], nextCursor: null });
      expect(idsOf(body.items)).toEqual(idsOf(orders.filter(isOnFirst)));
      const summary = await summarise('partial=true');
      expect(summary.body).toMatchObject({ complete: false, failedShards: ['shard-2'] });
      expect(summary.body.all.count).toBe(orders.filter(isOnFirst).length);
      await nothingRuns(shards[1]);
      await shards[1].query('rollback');
      expect((await list('&partial=true')).body).toMatchObject({ complete: true, failedShards: [] });
    });

    it('with `partial=true` walks through all pages of the other shards', async () => {
      await hold(shards[1]);
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const { body } = await client.get<AllOrdersPage>(`/v1/orders?partial=true&limit=20${query}`);
        expect(body.complete).toBe(false);
        seen.push(...idsOf(body.items));
        cursor = body.nextCursor;
      }
      expect(seen.sort()).toEqual(idsOf(orders.filter(isOnFirst)));
      await shards[1].query('rollback');
    });
  });

  it('cancels its statements when the client disconnects', async () => {
    await Promise.all(shards.map(hold));
    for (const path of ['/v1/orders', '/v1/orders/summary?partial=true']) {
      const leaving = new AbortController();
      const asked = fetch(`${service.url}${path}`, { signal: leaving.signal });
      await Promise.all(shards.map(somethingRuns));
      leaving.abort();
      await expect(asked).rejects.toThrow('abort');
      await Promise.all(shards.map(nothingRuns));
    }
    await Promise.all(shards.map((shard) => shard.query('rollback')));
    expect((await list()).body.items).toHaveLength(orders.length);
  });

  it('cancels the statements of the other shards when one shard fails', async () => {
    await hold(shards[0]);
    // A fault other than an unavailable shard.
    await shards[1].query('alter table orders rename to lost_orders');
    const asked = list('&partial=true');
    expect(await asked).toMatchObject({ status: 500, body: { code: 'internal' } });
    await nothingRuns(shards[0]);
    await shards[0].query('rollback');
  });

  it('distinguishes a shard behind a network partition from a shard without orders', async () => {
    await restart(700);
    network.partition();
    expect(await list()).toMatchObject({
      status: 503,
      body: { code: 'shard-unavailable', detail: expect.stringContaining('shard-2') },
    });
    const { body } = await list('&partial=true');
    expect(body).toMatchObject({ complete: false, failedShards: ['shard-2'] });
    expect(idsOf(body.items)).toEqual(idsOf(orders.filter(isOnFirst)));
  });

  it('fails even with `partial=true` when no shard answers', async () => {
    await restart(700);
    await Promise.all(shards.map(hold));
    expect(await list('&partial=true')).toMatchObject({ status: 503, body: { code: 'shard-unavailable' } });
    await Promise.all(shards.map(nothingRuns));
    await Promise.all(shards.map((shard) => shard.query('rollback')));
  });

  describe('while slots change owners', () => {
    const moving = orders.filter(isOnFirst).slice(0, 10);
    const slots = moving.map(({ id }) => slotOf(id));

    /** Follows the steps of the mover: the owner releases the slots, the other takes them over, the directory publishes. */
    async function letGo(from: Client, epoch: number): Promise<void> {
      for (const order of moving) await removeOrder(from, order);
      await from.query('delete from slot_ownership where slot = any($1)', [slots]);
      await from.query('update shard_state set ownership_epoch = $1', [epoch]);
    }

    async function takeOver(to: Client, epoch: number): Promise<void> {
      for (const order of moving) await storeOrder(to, order);
      await to.query('insert into slot_ownership select unnest($1::smallint[]), $2', [slots, epoch]);
      await to.query('update shard_state set ownership_epoch = $1', [epoch]);
    }

    async function publish(to: string, epoch: number): Promise<void> {
      await map.query('begin');
      await map.query('update slot_map set epoch = $1', [epoch]);
      await map.query('update slots set shard = $1, epoch = $2 where slot = any($3)', [to, epoch, slots]);
      await map.query('update shards set ownership_epoch = $1', [epoch]);
      await map.query('commit');
    }

    async function expectEachOnce(asked: ReturnType<typeof list>): Promise<void> {
      const { status, body } = await asked;
      expect(status).toBe(200);
      expect(idsOf(body.items)).toEqual(idsOf(orders));
    }

    it('sees each order once when it reads the old owner before a switch and the new owner after it', async () => {
      await hold(shards[1]);
      const asked = list();
      // Shard 1 has answered; the query waits for shard 2.
      await somethingRuns(shards[1]);
      await nothingRuns(shards[0]);
      await letGo(shards[0], 2);
      await takeOver(shards[1], 2);
      await shards[1].query('commit');
      await publish('shard-2', 2);
      await expectEachOnce(asked);
    });

    it('sees each order once when it reads the new owner before a switch and the old owner after it', async () => {
      await letGo(shards[0], 2);
      await takeOver(shards[1], 2);
      await publish('shard-2', 2);
      await eventually(async () => (await list()).status === 200);
      await hold(shards[1]);
      const asked = list();
      await somethingRuns(shards[1]);
      await nothingRuns(shards[0]);
      await letGo(shards[1], 3);
      await shards[1].query('commit');
      await takeOver(shards[0], 3);
      await publish('shard-1', 3);
      await expectEachOnce(asked);
    });

    it('waits while the slots have no owner', async () => {
      await letGo(shards[0], 2);
      const asked = list();
      await takeOver(shards[1], 2);
      await publish('shard-2', 2);
      await expectEachOnce(asked);
    });

    it('fails when no map names the owner in time; with `partial=true` it returns the rows of the other shards', async () => {
      await letGo(shards[0], 2);
      const [strict, partial] = await Promise.all([list(), list('&partial=true')]);
      expect(strict).toMatchObject({ status: 503, body: { code: 'slot-moving', retryable: true } });
      expect(partial.status).toBe(200);
      expect(partial.body).toMatchObject({ complete: false, failedShards: ['shard-1'] });
      expect(idsOf(partial.body.items)).toEqual(idsOf(orders.filter((order) => !isOnFirst(order))));
    });

    it('sees each order once while the slots change owners repeatedly', async () => {
      let epoch = 2;
      let isOver = false;
      let answers = 0;
      const switching = (async () => {
        for (; epoch < 12; epoch++) {
          const [from, to] = epoch % 2 === 0 ? [0, 1] : [1, 0];
          const [leaving, taking] = [shards[from]!, shards[to]!];
          await leaving.query('begin');
          await letGo(leaving, epoch);
          await leaving.query('commit');
          await taking.query('begin');
          await takeOver(taking, epoch);
          await taking.query('commit');
          await publish(`shard-${to + 1}`, epoch);
          const before = answers;
          await eventually(() => answers > before);
        }
        isOver = true;
      })();
      while (!isOver) {
        await expectEachOnce(list());
        expect((await summarise()).body.all.count).toBe(orders.length);
        answers++;
      }
      await switching;
      expect(epoch).toBe(12);
    });
  });
});
