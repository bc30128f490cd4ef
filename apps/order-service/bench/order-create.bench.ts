import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { OrderPlaced } from '@groundwork/contracts';
import { FIRST_EPOCH, randomSlot, slotOf } from '@groundwork/sharding';
import { writeFirstOwnership } from '@groundwork/sharding/postgres';
import { Client } from 'pg';
import { Ids } from '../src/make-ids/ids.ts';
import { PLACE_ORDER } from '../src/place-order/place-order.statement.ts';
import { PlaceOrderUseCase } from '../src/place-order/place-order.ts';
import { migrateDatabase } from '../src/storage/migrate-database.ts';
import { shardDataSource } from '../src/storage/shard-data-source.ts';
import { Shard } from '../src/storage/shard.ts';
import { Shards } from '../src/storage/shards.ts';
import { shardsOf } from '../test/start-order-service.ts';
import { staticDirectory } from '../test/static-directory.ts';

const SKUS = ['GW-0001', 'GW-0002', 'GW-0003'];
const QUANTITIES = [1, 2, 3];

/** Placing an order, one at a time: our whole use case against nothing but its statement. */
export default {
  ours: 'PlaceOrderUseCase: id, request hash, pool of TypeORM, statement, answer',
  peer: 'the same CTE, named and prepared, on one bare pg client',
  goal: 0.7,

  async prepare({ postgres }: { postgres(): Promise<string> }) {
    const postgresUrl = await postgres();
    await migrateDatabase(shardDataSource({ url: postgresUrl, poolSize: 2, connectTimeoutMs: 5_000 }));
    const known = shardsOf([postgresUrl]);
    await writeFirstOwnership(postgresUrl, known.map.slotsOf('shard-1'), known.map.epoch);
    const options = { poolSize: 10, connectTimeoutMs: 5_000, statementTimeoutMs: 5_000 };
    const create = (name: string, url: string) => new Shard(name, () => shardDataSource({ ...options, url }));
    const shards = new Shards(staticDirectory(known), create);
    const ids = new Ids(shards, { warn: () => undefined });
    const client = new Client({ connectionString: postgresUrl });
    await client.connect();
    const customers = {
      ours: await createCustomer(client, shards, ids),
      peer: await createCustomer(client, shards, ids),
    };
    ids.start();
    return {
      ours: placeOurs(new PlaceOrderUseCase(shards, ids), customers.ours),
      peer: placePeer(client, customers.peer),
      verify: async (calls: { ours: number; peer: number }) =>
        (await fault(client, customers.ours, calls.ours)) ??
        (await fault(client, customers.peer, calls.peer)),
      close: async () => {
        ids.stop();
        await client.end();
        await Promise.all(shards.all.map((shard) => shard.close()));
      },
    };
  },
};

async function createCustomer(client: Client, shards: Shards, ids: Ids): Promise<string> {
  const id = await ids.next(shards.route(randomSlot()));
  await client.query(`insert into customers (id, email, name, region) values ($1, 'a@b.c', 'A', 'eu')`, [id]);
  return id;
}

function placeOurs(useCase: PlaceOrderUseCase, customerId: string): () => Promise<unknown> {
  const lines = SKUS.map((sku, index) => ({ sku, quantity: QUANTITIES[index] as number }));
  return () => useCase.place(randomUUID(), { customerId, lines, paymentMethod: 'test_ok' });
}

function placePeer(client: Client, customerId: string): () => Promise<unknown> {
  const slot = slotOf(customerId);
  const hash = Buffer.alloc(32);
  const [topic, type] = [OrderPlaced.topic, OrderPlaced.type];
  // Far from the ids that are made: these belong to no time.
  let id = 2n ** 62n;
  return () => {
    id += 1n;
    const key = randomUUID();
    return client.query({
      ...PLACE_ORDER,
      values: [
        `${id}`,
        customerId,
        key,
        hash,
        SKUS,
        QUANTITIES,
        'test_ok',
        key,
        slot,
        topic,
        type,
        null,
        FIRST_EPOCH,
      ],
    });
  };
}

/** Every call must have stored an order with its lines, its key and its event: else the comparison means nothing. */
async function fault(client: Client, customerId: string, calls: number): Promise<string | undefined> {
  const { rows } = await client.query<Record<string, number>>(
    `select
       (select count(*)::int from orders where customer_id = $1) as orders,
       (select count(*)::int / ${SKUS.length} from order_lines join orders on id = order_id where customer_id = $1) as lines,
       (select count(*)::int from idempotency_keys where customer_id = $1) as keys,
       (select count(*)::int from outbox where data ->> 'customerId' = $1::text) as events`,
    [customerId],
  );
  const wrong = Object.entries(rows[0] ?? {}).filter(([, count]) => count !== calls);
  return wrong.length === 0
    ? undefined
    : wrong.map(([what, count]) => `${count} ${what} of ${calls} calls`).join(', ');
}
