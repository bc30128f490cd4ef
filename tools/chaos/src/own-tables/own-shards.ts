import { SlotMap } from '@groundwork/sharding';
import { MOVABLE_TABLES, QUEUE } from '@groundwork/sharding/conformance';
import {
  CAPTURE_TABLES_SQL,
  DIRECTORY_TABLES_SQL,
  HELD_TIME_SQL,
  MOVE_TABLES_SQL,
  SHARD_READINESS_SQL,
  SLOT_CHANGES_BY_SLOT_SQL,
  SLOT_FENCES_SQL,
  SLOT_TABLES_SQL,
  type TableRoles,
  TABLES_OF_THE_SHARD_ITSELF,
  writeFirstOwnership,
  writeSlotMap,
} from '@groundwork/sharding/postgres';
import { startTestPostgres } from '@groundwork/testing';
import { Pool } from 'pg';

const FIRST_MAP = '0-2047=shard-1,2048-4095=shard-2';

export const OWN_TABLE_ROLES: TableRoles = { staying: TABLES_OF_THE_SHARD_ITSELF, queues: [QUEUE.name] };

/** A fork's servers: a directory and three shards with tables of every kind; the third shard owns no slots yet. */
export interface OwnShards {
  readonly directoryUrl: string;
  readonly directory: Pool;
  readonly shards: ReadonlyMap<string, Pool>;
  /** A separate, empty database on the first server. */
  readonly spare: Pool;
}

/** Runs `work` with the servers, and stops them afterwards, also when `work` fails. */
export async function withOwnShards<T>(work: (shards: OwnShards) => Promise<T>): Promise<T> {
  const servers = await Promise.all(['shard-1', 'shard-2', 'shard-3'].map(() => startTestPostgres()));
  const pools: Pool[] = [];
  const open = (url: string) => {
    // One time zone, so that the text of a row is the same for every reader.
    const pool = new Pool({ connectionString: url, max: 8, options: '-c timezone=UTC' });
    // A pool ends before its last connection, which its server then closes.
    pool.on('error', () => undefined);
    pools.push(pool);
    return pool;
  };
  try {
    const shards = new Map(servers.map(({ url }, n) => [`shard-${n + 1}`, open(url)]));
    const first = servers[0]!.url;
    const besides = async (name: string) => {
      await shards.get('shard-1')!.query(`create database ${name}`);
      return Object.assign(new URL(first), { pathname: `/${name}` }).href;
    };
    const directoryUrl = await besides('directory');
    const own = { directoryUrl, directory: open(directoryUrl), shards, spare: open(await besides('spare')) };
    await prepare(own, new Map(servers.map(({ url }, n) => [`shard-${n + 1}`, url])));
    return await work(own);
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function prepare({ directory, shards }: OwnShards, urls: ReadonlyMap<string, string>): Promise<void> {
  for (const { up } of [DIRECTORY_TABLES_SQL, SHARD_READINESS_SQL, MOVE_TABLES_SQL, HELD_TIME_SQL]) {
    await directory.query(up);
  }
  for (const shard of shards.values()) {
    for (const { up } of [SLOT_TABLES_SQL, SLOT_FENCES_SQL, CAPTURE_TABLES_SQL]) await shard.query(up);
    for (const statement of SLOT_CHANGES_BY_SLOT_SQL.up) await shard.query(statement);
    for (const { ddl } of [...MOVABLE_TABLES, QUEUE]) await shard.query(ddl);
  }
  const map = SlotMap.parse(FIRST_MAP, urls.keys());
  for (const shard of map.shards) await writeFirstOwnership(urls.get(shard)!, map.slotsOf(shard), map.epoch);
  const client = await directory.connect();
  try {
    await writeSlotMap(client, map, urls);
    await client.query('insert into shards (name, url) values ($1, $2)', ['shard-3', urls.get('shard-3')]);
  } finally {
    client.release();
  }
}
