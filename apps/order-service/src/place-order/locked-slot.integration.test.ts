import { SLOT_LOCK_CLASS } from '@groundwork/sharding/postgres';
import { slotOf } from '@groundwork/sharding';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';

describe('a slot that is locked for a switch', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let mover: Client;
  let locked: string;
  let others: string[];

  beforeAll(async () => {
    database = await createShardDatabase();
    service = await startOrderService({
      shardUrls: [database.url],
      environment: { SHARD_POOL_SIZE: '4' },
    });
    client = new OrderServiceClient(service.url);
    mover = new Client({ connectionString: database.url });
    await mover.connect();
    const created = await Promise.all(Array.from({ length: 20 }, () => client.createCustomer()));
    const [first, ...rest] = created.map(({ body }) => body.id);
    locked = first!;
    others = rest.filter((id) => slotOf(id) !== slotOf(locked));
  });

  afterAll(async () => {
    await service.stop();
    await mover.end();
    await database.drop();
  });

  const lock = async () => {
    await mover.query('begin');
    await mover.query('select pg_advisory_xact_lock($1, $2)', [SLOT_LOCK_CLASS, slotOf(locked)]);
  };
  const places = (customers: readonly string[]) =>
    Promise.all(customers.map((customer) => client.placeOrder(customer)));
  const statuses = (answers: readonly { status: number }[]) => [
    ...new Set(answers.map(({ status }) => status)),
  ];

  it('delays only its own orders: orders of other slots are placed, also those of the same statement', async () => {
    await lock();
    let isThrough = false;
    const waiting = Promise.all(Array.from({ length: 50 }, () => client.placeOrder(locked))).finally(() => {
      isThrough = true;
    });
    for (let round = 0; round < 10; round++) expect(statuses(await places(others))).toEqual([201]);
    expect(isThrough).toBe(false);
    await mover.query('rollback');
    expect(statuses(await waiting)).toEqual([201]);
    const { rows } = await mover.query('select count(*)::int from orders where customer_id = $1', [locked]);
    expect(rows).toEqual([{ count: 50 }]);
  });

  it('leaves all connections to other requests, while many orders and transactions wait for it', async () => {
    await lock();
    const slot = slotOf(locked);
    const shards = service.get<Shards>(SHARDS);
    let settled = 0;
    const waiting = Promise.all([
      ...Array.from({ length: 50 }, () =>
        shards.transaction(slot, async () => {
          settled += 1;
        }),
      ),
      ...Array.from({ length: 50 }, () => client.placeOrder(locked)),
    ]);
    for (let round = 0; round < 10; round++) {
      const reads = await Promise.all(others.map((customer) => client.orders(customer)));
      expect(statuses(reads)).toEqual([200]);
    }
    // Reads take no lock, so reads of the locked slot do not wait either.
    expect((await client.customer(locked)).status).toBe(200);
    expect(settled).toBe(0);
    await mover.query('rollback');
    await waiting;
    expect(settled).toBe(50);
  });
});
