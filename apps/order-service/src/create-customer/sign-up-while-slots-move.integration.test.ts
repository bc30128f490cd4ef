import { type Customer, type CustomerPage, type ShardMove } from '@groundwork/contracts';
import { slotOf } from '@groundwork/sharding';
import { eventually } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDirectory } from '../../test/create-directory.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';
import { createMover } from '../move-slots/create-mover.ts';

/** The slots of the region eu, of the tenant, and an eighth of all e-mails. */
const MOVING = '256-767';
const TENANT_SLOT = 600;

describe('signing up while slots move', () => {
  const stopMoving = new AbortController();
  let databases: Awaited<ReturnType<typeof createShardDatabase>>[];
  let directory: Awaited<ReturnType<typeof createDirectory>>;
  let services: RunningOrderService[];
  let clients: OrderServiceClient[];
  let moving: Promise<void>;

  beforeAll(async () => {
    databases = await Promise.all([createShardDatabase(), createShardDatabase()]);
    const shards = shardsOf(databases.map(({ url }) => url));
    directory = await createDirectory(shards);
    const options = { shardUrls: [...shards.urls.values()], directoryUrl: directory.url };
    services = await Promise.all([startOrderService(options), startOrderService(options)]);
    clients = services.map(({ url }) => new OrderServiceClient(url));
    const mover = createMover(
      {
        DIRECTORY_URL: directory.url,
        SHARD_URLS: shards.urls,
        INSTANCE_ID: 'mover',
        MOVER_ROWS_PER_SECOND: 50_000,
        MOVER_DUTY_CYCLE: 1,
      },
      { info: () => undefined, warn: () => undefined },
    );
    moving = mover.run(stopMoving.signal);
    await clients[0]!.put('/v1/admin/tenants/acme', { slot: TENANT_SLOT });
  });

  afterAll(async () => {
    stopMoving.abort();
    await moving;
    for (const service of services) await service.stop();
    for (const database of [...databases, directory]) await database.drop();
  });

  async function bring(id: string, goal: string, isThere: (chunk: ShardMove['chunks'][number]) => boolean) {
    if (goal !== 'follow') await clients[0]!.post(`/v1/admin/shard-moves/${id}/${goal}`, {});
    await eventually(async () =>
      (await clients[0]!.get<ShardMove>(`/v1/admin/shard-moves/${id}`)).body.chunks.every(isThere),
    );
  }

  it('accepts every sign-up, and every customer is found by e-mail and region after the move and its reverse', async () => {
    const customers: Customer[] = [];
    const refused: unknown[] = [];
    let isOver = false;
    const signingUp = Array.from({ length: 4 }, async (_, n) => {
      while (!isOver) {
        const { status, body } = await clients[n % 2]!.createCustomer(n < 2 ? { tenant: 'acme' } : {});
        if (status === 201) customers.push(body);
        else refused.push(body);
      }
    });
    const move = await clients[0]!.post<ShardMove>('/v1/admin/shard-moves', {
      moves: [{ to: 'shard-2', slots: MOVING }],
      chunkSlots: 64,
    });
    expect(move.status).toBe(201);
    const { id } = move.body;
    await bring(id, 'follow', ({ phase }) => phase === 'following');
    await bring(id, 'switch', ({ owner, phase }) => owner === 'shard-2' && phase === 'following');
    const there = customers.length;
    await bring(id, 'reverse', ({ owner, phase }) => owner === 'shard-1' && phase === 'following');
    await bring(id, 'drop', ({ phase }) => phase === 'gone');
    isOver = true;
    await Promise.all(signingUp);

    expect(refused).toEqual([]);
    expect(there).toBeGreaterThan(50);
    expect(customers.length).toBeGreaterThan(there);
    await Promise.all(
      Array.from({ length: 16 }, async (_, n) => {
        for (let at = n; at < customers.length; at += 16) {
          const customer = customers[at]!;
          if (customer.tenant !== undefined) expect(slotOf(customer.id)).toBe(TENANT_SLOT);
          const { body } = await clients[n % 2]!.get<CustomerPage>(`/v1/customers?email=${customer.email}`);
          expect(body.items).toEqual([customer]);
        }
      }),
    );
    expect((await listed()).sort()).toEqual(customers.map((customer) => customer.id).sort());
    const again = await Promise.all(
      customers.slice(0, 50).map(({ email }) => clients[0]!.createCustomer({ email })),
    );
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set([409]));
  }, 300_000);

  async function listed(): Promise<string[]> {
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = `?region=eu&limit=100${cursor && `&cursor=${cursor}`}`;
      const { body } = await clients[0]!.get<CustomerPage>(`/v1/customers${query}`);
      ids.push(...body.items.map((customer) => customer.id));
      cursor = body.nextCursor;
    }
    return ids;
  }
});
