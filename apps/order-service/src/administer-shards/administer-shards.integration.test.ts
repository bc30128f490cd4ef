import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  type Problem,
  type Shard,
  type ShardList,
  type ShardMove,
  type ShardPlan,
} from '@groundwork/contracts';
import { slotOf } from '@groundwork/sharding';
import { createTestDatabase, eventually, type TestDatabase } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, type Pool } from 'pg';
import { DIRECTORY_POOL } from '../storage/directory-pool.provider.ts';
import { createDirectory } from '../../test/create-directory.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import { spawnTypescript } from '../../test/spawn-typescript.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';

describe('operators of shards', () => {
  const databases: { url: string; drop(): Promise<void> }[] = [];
  let third: TestDatabase;
  let directory: TestDatabase;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let mover: ChildProcess | undefined;

  beforeAll(async () => {
    databases.push(await createShardDatabase(), await createShardDatabase());
    third = await createTestDatabase();
    const urls = databases.map(({ url }) => url);
    directory = await createDirectory(shardsOf(urls));
    service = await startOrderService({
      shardUrls: urls,
      directoryUrl: directory.url,
      environment: { SHARD_URLS: `shard-1=${urls[0]},shard-2=${urls[1]},shard-3=${third.url}` },
    });
    client = new OrderServiceClient(service.url);
  });

  afterAll(async () => {
    if (mover !== undefined) await end(mover);
    await service.stop();
    for (const database of [...databases, third, directory]) await database.drop();
  });

  function startMover(): ChildProcess {
    const child = spawnTypescript('src/mover.ts', {
      environment: {
        DIRECTORY_URL: directory.url,
        SHARD_URLS: `shard-3=${third.url}`,
        LISTEN_ADDRESS: '127.0.0.1:0',
        INSTANCE_ID: 'mover-of-the-test',
        MOVER_DUTY_CYCLE: '1',
        MOVER_ROWS_PER_SECOND: '50000',
      },
    });
    child.stdout!.resume();
    return child;
  }

  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }

  const shards = async () => (await client.get<ShardList>('/v1/admin/shards')).body;
  const add = (name: string, url?: string) =>
    client.post<Shard & Problem>('/v1/admin/shards', { name, ...(url !== undefined && { url }) });
  const request = (body: object) => client.post<ShardMove & Problem>('/v1/admin/shard-moves', body);
  const wish = (id: string, what: string) =>
    client.post<ShardMove & Problem>(`/v1/admin/shard-moves/${id}/${what}`, {});
  const move = async (id: string) => (await client.get<ShardMove>(`/v1/admin/shard-moves/${id}`)).body;
  const allAre = (id: string, wanted: (chunk: ShardMove['chunks'][number]) => boolean) =>
    eventually(async () => (await move(id)).chunks.every(wanted));

  it('list the shards and see that no mover is active', async () => {
    const { shards: list, mover: nobody } = await shards();
    expect(list).toMatchObject([
      { name: 'shard-1', slots: 2048, ranges: '0-2047', ownershipEpoch: 1 },
      { name: 'shard-2', slots: 2048, ranges: '2048-4095', ownershipEpoch: 1 },
    ]);
    expect(list[0]!.address).not.toContain('postgres');
    expect(nobody).toBeNull();
  });

  it('add an empty database as a shard by its name, repeatably', async () => {
    for (const { url } of databases) {
      const sql = new Client({ connectionString: url });
      await sql.connect();
      await sql.query(`update products set name = 'Renamed' where sku = 'GW-0007'`);
      await sql.end();
    }
    for (let time = 0; time < 2; time++) {
      expect(await add('shard-3')).toMatchObject({
        status: 200,
        body: { name: 'shard-3', slots: 0, ranges: '' },
      });
    }
    const copy = new Client({ connectionString: third.url });
    await copy.connect();
    const { rows } = await copy.query(
      `select (select count(*)::int from products) as products, (select count(*)::int from id_workers) as workers,
         (select name from products where sku = 'GW-0007') as name`,
    );
    await copy.end();
    expect(rows).toEqual([{ products: 120, workers: 32, name: 'Renamed' }]);
  });

  it('receive the reason when a database cannot become a shard', async () => {
    const foreign = await createTestDatabase();
    const sql = new Client({ connectionString: foreign.url });
    await sql.connect();
    await sql.query('create table guests (id int)');
    await sql.end();
    const answers = [
      [await add('shard-9'), 'shard-address-missing', 'No address of shard-9 is known'],
      [await add('shard-9', foreign.url), 'shard-not-empty', "tables that are not a shard's (guests)"],
      [await add('shard-9', databases[0]!.url), 'shard-not-empty', 'owns slots already'],
      [await add('shard-9', 'postgres://a:b@127.0.0.1:1/orders'), 'shard-unreachable', 'ECONNREFUSED'],
    ] as const;
    for (const [{ status, body }, code, detail] of answers) {
      expect(body).toMatchObject({ code, detail: expect.stringContaining(detail) });
      expect(status).toBe(422);
    }
    expect(await add('shard-3', foreign.url)).toMatchObject({ status: 409, body: { code: 'shard-exists' } });
    expect(await add('Shard 9')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/name' }] } });
    await foreign.drop();
  });

  it('plan, copy, verify, switch and drop a move while orders are placed, and every order is found', async () => {
    mover = startMover();
    await eventually(async () => (await shards()).mover?.holder === 'mover-of-the-test');
    const customers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        client.createCustomer({ email: `customer-${n}@example.com` }).then(({ body }) => body.id),
      ),
    );
    const placed = new Map<string, string>();
    const failures: unknown[] = [];
    let isOver = false;
    const writing = [0, 1, 2, 3].map(async (first) => {
      for (let n = first; !isOver; n += 4) {
        const customer = customers[n % customers.length]!;
        const { status, body } = await client.placeOrder(customer);
        if (status === 201) placed.set(body.id, customer);
        else failures.push(body);
      }
    });
    const planned = await client.post<ShardPlan>('/v1/admin/shard-plans', {});
    expect(planned.body.moves.map(({ from, to, slotCount }) => [from, to, slotCount])).toEqual([
      ['shard-1', 'shard-3', 682],
      ['shard-2', 'shard-3', 683],
    ]);
    const { epoch, moves } = planned.body;
    const wanted = moves.map(({ to, slots }) => ({ to, slots }));
    const { status, body } = await request({ epoch, moves: wanted, chunkSlots: 128 });
    expect(status).toBe(201);
    const { id } = body;
    expect(await wish(id, 'switch')).toMatchObject({ status: 409, body: { code: 'move-not-ready' } });
    await allAre(id, ({ phase }) => phase === 'following');
    await wish(id, 'verify');
    await allAre(id, ({ verified }) => verified === true);
    await wish(id, 'switch');
    await allAre(id, ({ owner }) => owner === 'shard-3');
    await wish(id, 'drop');
    const finished = await eventually(async () => {
      const now = await move(id);
      return now.finishedAt === null ? undefined : now;
    });
    isOver = true;
    await Promise.all(writing);
    expect(failures).toEqual([]);
    expect(finished).toMatchObject({ slots: 1365, switched: 1365, pauseMs: { p99: expect.any(Number) } });
    expect((await shards()).shards.map(({ slots }) => slots)).toEqual([1366, 1365, 1365]);
    const third = (await shards()).shards[2]!;
    expect(third.ranges).toBe('1366-2047,3413-4095');
    const moved = customers.filter((customer) => slotOf(customer) >= 1366 && slotOf(customer) < 2048);
    expect(moved.length).toBeGreaterThan(0);
    const ids = [...placed.keys()];
    for (let at = 0; at < ids.length; at += 100) {
      const read = await Promise.all(ids.slice(at, at + 100).map((orderId) => client.order(orderId)));
      expect(read.filter(({ status }) => status !== 200)).toEqual([]);
    }
    const later = await client.placeOrder(moved[0]!);
    expect(later.status).toBe(201);
  }, 240_000);

  it('get the same answer or problem from a dry run as from a real request, and the dry run changes nothing', async () => {
    const tried = (path: string, body: object = {}) =>
      client.post<ShardMove & Problem>(`/v1/admin/shard-moves${path}?dryRun=true`, body);
    const wanted = { moves: [{ to: 'shard-2', slots: '100-107' }] };
    expect(await tried('', wanted)).toMatchObject({
      status: 200,
      body: { slots: 8, chunks: [{ from: 'shard-1', to: 'shard-2', slots: '100-107' }] },
    });
    const { body: first } = await request(wanted);
    const { id } = first;
    expect(await tried('', wanted)).toMatchObject({ status: 200, body: { id } });
    const overlapping = { moves: [{ to: 'shard-2', slots: '100-108' }] };
    expect(await tried('', overlapping)).toMatchObject({ status: 409, body: { code: 'already-moving' } });
    const other = { moves: [{ to: 'shard-1', slots: '5-7' }] };
    expect(await tried('', other)).toMatchObject({ status: 422, body: { code: 'same-shard' } });
    await allAre(id, ({ phase }) => phase === 'following');
    expect(await tried(`/${id}/switch`)).toMatchObject({ status: 200, body: { id, goal: 'switch' } });
    expect(await tried(`/${id}/drop`)).toMatchObject({ status: 200, body: { id, goal: 'drop' } });
    expect(await move(id)).toMatchObject({ goal: 'follow', switched: 0 });
    await wish(id, 'drop');
    await eventually(async () => (await move(id)).finishedAt !== null);
    expect(await tried(`/${id}/switch`)).toMatchObject({ status: 409, body: { code: 'move-finished' } });
    expect(await tried('/99/drop')).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('receive the reason when a move is impossible', async () => {
    const { body: first } = await request({ moves: [{ to: 'shard-2', slots: '100-110' }] });
    const answers = [
      [
        await request({ moves: [{ to: 'shard-3', slots: '105' }] }),
        409,
        'already-moving',
        `Slot 105 is on move ${first.id}`,
      ],
      [
        await request({ moves: [{ to: 'shard-9', slots: '5' }] }),
        422,
        'unknown-shard',
        'There is no shard shard-9',
      ],
      [
        await request({ moves: [{ to: 'shard-1', slots: '5-7' }] }),
        422,
        'same-shard',
        'owns slots 5-7 already',
      ],
      [
        await request({ epoch: 1, moves: [{ to: 'shard-2', slots: '5' }] }),
        409,
        'plan-stale',
        'planned for epoch 1',
      ],
      [await request({ moves: [{ to: 'shard-2', slots: '5-4096' }] }), 400, 'invalid-request', undefined],
      [await wish('99', 'switch'), 404, 'not-found', 'no move 99'],
      [await wish('x', 'switch'), 400, 'invalid-id', undefined],
    ] as const;
    for (const [{ status, body }, wanted, code, detail] of answers) {
      expect([status, body.code]).toEqual([wanted, code]);
      if (detail !== undefined) expect(body.detail?.toLowerCase()).toContain(detail.toLowerCase());
    }
    await wish(first.id, 'drop');
    await eventually(async () => (await move(first.id)).finishedAt !== null);
    expect(await wish(first.id, 'switch')).toMatchObject({ status: 409, body: { code: 'move-finished' } });
    const { body } = await client.get<{ items: ShardMove[] }>('/v1/admin/shard-moves?finished=true');
    expect(body.items.map(({ id }) => id)[0]).toBe(first.id);
  });

  it('can request moves again after a transaction on the directory was left open with the lock of all moves', async () => {
    const left = await service.get<Pool>(DIRECTORY_POOL).connect();
    left.on('error', () => undefined);
    try {
      await left.query('begin; lock table moves in share row exclusive mode');
      await eventually(
        async () => (await request({ moves: [{ to: 'shard-2', slots: '200' }] })).status === 201,
      );
    } finally {
      left.release(true);
    }
  });
});
