import { createPreparedDatabase, type TestDatabase } from '@groundwork/testing';
import { Client, Pool } from 'pg';
import {
  CAPTURE_TABLES_SQL,
  SLOT_CHANGES_BY_SLOT_SQL,
  TABLES_OF_THE_SHARD_ITSELF,
} from '../src/adapters/postgres/resharding/capture-tables.ts';
import {
  ABANDON_SQL,
  HELD_TIME_SQL,
  MOVE_TABLES_SQL,
} from '../src/adapters/postgres/resharding/move-tables.ts';
import { fenceTables } from '../src/adapters/postgres/resharding/write-fence.ts';
import { type TableRoles } from '../src/adapters/postgres/resharding/tables/table-roles.ts';
import { DIRECTORY_TABLES_SQL } from '../src/adapters/postgres/directory-tables.ts';
import { writeFirstOwnership } from '../src/adapters/postgres/ownership.ts';
import { SHARD_READINESS_SQL } from '../src/adapters/postgres/shard-readiness-tables.ts';
import { SLOT_FENCES_SQL } from '../src/adapters/postgres/slot-fences.ts';
import { SLOT_TABLES_SQL } from '../src/adapters/postgres/slot-tables.ts';
import { writeSlotMap } from '../src/adapters/postgres/write-slot-map.ts';
import { SlotMap } from '../src/slots/slot-map.ts';

/** Every way to shard a table, and types whose values are easily changed by a transfer. */
const TABLES = `
  create table customers (id bigint primary key, name text not null);
  create table orders (
    id bigint primary key, customer_id bigint not null references customers, status text not null default 'new',
    placed_at timestamptz not null default clock_timestamp(), hash bytea, weight float8, details jsonb
  );
  create table order_lines (
    order_id bigint not null references orders, position smallint not null, sku text, primary key (order_id, position)
  );
  create table seen (slot smallint, consumer text, event_id text, primary key (slot, consumer, event_id));
  create table outbox (
    position bigint generated always as identity primary key, slot smallint not null, event_id uuid not null unique,
    key text not null
  );
  create table products (sku text primary key);
  create index customers_by_slot on customers (slot_of(id), id);
  create index orders_by_slot on orders (slot_of(id), id);
  create index order_lines_by_slot on order_lines (slot_of(order_id), order_id, position);
  create index outbox_by_slot on outbox (slot, position);`;

export const TABLE_ROLES: TableRoles = {
  staying: [...TABLES_OF_THE_SHARD_ITSELF, 'products'],
  queues: ['outbox'],
};

export interface SmallShop {
  readonly directoryUrl: string;
  readonly directory: Pool;
  readonly shardUrls: ReadonlyMap<string, string>;
  on<Row extends object>(shard: string, sql: string, values?: unknown[]): Promise<Row[]>;
  /** Writes as the mover does: the database does not check the owner of the slots. */
  onCopy(shard: string, sql: string, values?: unknown[]): Promise<void>;
  /** Opens a separate connection to a shard. It closes with the shop. */
  connect(shard: string): Promise<Client>;
  addShard(name: string): Promise<void>;
  close(): Promise<void>;
}

async function createDirectoryTables(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const { up } of [
    DIRECTORY_TABLES_SQL,
    SHARD_READINESS_SQL,
    MOVE_TABLES_SQL,
    HELD_TIME_SQL,
    ABANDON_SQL,
  ]) {
    await client.query(up);
  }
  await client.end();
}

async function createShardTables(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(SLOT_TABLES_SQL.up + SLOT_FENCES_SQL.up);
  await client.query(CAPTURE_TABLES_SQL.up);
  for (const statement of SLOT_CHANGES_BY_SLOT_SQL.up) await client.query(statement);
  await client.query(TABLES);
  await client.end();
  await fenceTables({ url, name: 'shard', roles: TABLE_ROLES });
}

/** Opens a directory and three shards with a few tables. The third shard owns no slots. */
export async function openSmallShop(map = '0-2047=shard-1,2048-4095=shard-2'): Promise<SmallShop> {
  const databases: TestDatabase[] = [];
  const pools = new Map<string, Pool>();
  const shardUrls = new Map<string, string>();
  const clients: Client[] = [];
  const directoryDatabase = await createPreparedDatabase('directory', createDirectoryTables);
  databases.push(directoryDatabase);
  const directory = new Pool({ connectionString: directoryDatabase.url });

  const createShard = async (name: string): Promise<void> => {
    const database = await createPreparedDatabase('shard', createShardTables);
    databases.push(database);
    shardUrls.set(name, database.url);
    pools.set(name, new Pool({ connectionString: database.url, max: 4 }));
  };
  const shop: SmallShop = {
    directoryUrl: directoryDatabase.url,
    directory,
    shardUrls,
    on: async (shard, sql, values) => (await pools.get(shard)!.query(sql, values)).rows,
    onCopy: async (shard, sql, values) => {
      const client = await shop.connect(shard);
      await client.query('set session_replication_role = replica');
      await client.query(sql, values);
      await client.end();
    },
    connect: async (shard) => {
      const client = new Client({ connectionString: shardUrls.get(shard)! });
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    addShard: async (name) => {
      await createShard(name);
      await directory.query('insert into shards (name, url) values ($1, $2)', [name, shardUrls.get(name)]);
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      await Promise.all([directory, ...pools.values()].map((pool) => pool.end()));
      for (const database of databases) await database.drop();
    },
  };
  await createShard('shard-1');
  await createShard('shard-2');
  const slotMap = SlotMap.parse(map, shardUrls.keys());
  for (const shard of slotMap.shards) {
    await writeFirstOwnership(shardUrls.get(shard)!, slotMap.slotsOf(shard), slotMap.epoch);
  }
  const client = new Client({ connectionString: directoryDatabase.url });
  await client.connect();
  await writeSlotMap(client, slotMap, shardUrls);
  await client.end();
  await shop.addShard('shard-3');
  return shop;
}
