import { randomSlot } from '@groundwork/sharding';
import { writeFirstOwnership } from '@groundwork/sharding/postgres';
import { Client } from 'pg';
import { Ids } from '../../src/make-ids/ids.ts';
import { migrateShard } from '../../src/storage/migrate-shard.ts';
import { shardDataSource } from '../../src/storage/shard-data-source.ts';
import { Shard } from '../../src/storage/shard.ts';
import { Shards } from '../../src/storage/shards.ts';
import { shardsOf } from '../../test/start-order-service.ts';
import { staticDirectory } from '../../test/static-directory.ts';
import { type Way } from './ways/way.ts';

export const LINES = [
  { sku: 'GW-0001', quantity: 1 },
  { sku: 'GW-0002', quantity: 2 },
  { sku: 'GW-0003', quantity: 3 },
];

export interface Shop {
  readonly url: string;
  readonly shards: Shards;
  readonly ids: Ids;
  readonly sql: Client;
  /** Creates customers for one way only, each in a random slot. */
  customers(): Promise<readonly string[]>;
  /** Returns the fault in the rows that a way has stored, if any. A fault voids the figures of the way. */
  faultOf(way: Way): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Opens one shard with the schema of the service, on a server whose commits wait for the disk. */
export async function openShop(url: string): Promise<Shop> {
  await migrateShard({ name: 'shard-1', url });
  const known = shardsOf([url]);
  await writeFirstOwnership(url, known.map.slotsOf('shard-1'), known.map.epoch);
  const options = { url, poolSize: 10, connectTimeoutMs: 5_000, statementTimeoutMs: 5_000 };
  const shards = new Shards(
    staticDirectory(known),
    (name) => new Shard(name, () => shardDataSource(options)),
  );
  const ids = new Ids(shards, { warn: () => undefined });
  ids.start();
  const sql = new Client({ connectionString: url });
  await sql.connect();
  return {
    ...{ url, shards, ids, sql },
    customers: () => createCustomers(sql, shards, ids),
    faultOf: (way) => faultOf(sql, way),
    close: async () => {
      ids.stop();
      await sql.end();
      await Promise.all(shards.all.map((shard) => shard.close()));
    },
  };
}

async function createCustomers(sql: Client, shards: Shards, ids: Ids): Promise<string[]> {
  const made = await Promise.all(Array.from({ length: 200 }, () => ids.next(shards.route(randomSlot()))));
  await sql.query(
    `insert into customers (id, email, name, region) select id, id || '@example.com', 'A', 'eu' from unnest($1::bigint[]) id`,
    [made],
  );
  return made;
}

/** Checks that every order is stored with its lines, its key and its event. */
async function faultOf(sql: Client, { name, customers, placed }: Way): Promise<string | undefined> {
  const { rows } = await sql.query<Record<string, number>>(
    `select
       (select count(*)::int from orders where customer_id = any($1::bigint[])) as orders,
       (select count(*)::int / ${LINES.length} from order_lines join orders on id = order_id
          where customer_id = any($1::bigint[])) as lines,
       (select count(*)::int from idempotency_keys where customer_id = any($1::bigint[])) as keys,
       (select count(*)::int from outbox where (data ->> 'customerId')::bigint = any($1::bigint[])) as events`,
    [customers],
  );
  const wrong = Object.entries(rows[0] ?? {}).filter(([, count]) => count !== placed());
  return wrong.length === 0
    ? undefined
    : `${name}: ${wrong.map(([what, count]) => `${count} ${what} of ${placed()} orders`).join(', ')}`;
}
