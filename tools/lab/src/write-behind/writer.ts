import { type CollectionTable, PostgresWriteStore } from '@groundwork/caching/postgres';
import { WriteBehind } from '@groundwork/caching/write-behind';
import { RedisWriteLog } from '@groundwork/caching/write-behind/redis';
import { RedisSemaphoreStore } from '@groundwork/resilience/redis';
import { eventually } from '@groundwork/testing';
import { Pool } from 'pg';
import { FLUSH_MS, STATEMENT_LIMIT_MS } from './limits.ts';
import { NaiveWriteBehind } from './naive-write-behind.ts';

export type Version = 'naive' | 'ours';

/** The part of both versions that the experiment uses. Each call resolves when the write is acknowledged. */
export interface Writer {
  /** @param id the idempotency key of the call */
  countView(page: string, id: string): Promise<void>;
  putBasket(customer: string, basket: unknown): Promise<void>;
  /** Writes what is left to the database. */
  close(): Promise<void>;
}

export interface Servers {
  readonly redisUrl: string;
  readonly databaseUrl: string;
}

const ADD_VIEWS = `
  insert into views_naive select * from unnest($1::text[], $2::bigint[])
  on conflict (page) do update set views = views_naive.views + excluded.views`;
const PUT_BASKETS = `
  insert into baskets_naive select * from unnest($1::text[], $2::jsonb[])
  on conflict (customer) do update set basket = excluded.basket`;

const NAME = 'lab';
const TABLES = {
  views: { kind: 'counter', table: 'views_ours', keyColumn: 'page', valueColumn: 'views' },
  baskets: {
    ...{ kind: 'document', table: 'baskets_ours', keyColumn: 'customer' },
    ...{ valueColumn: 'basket', versionColumn: 'version' },
  },
} as const satisfies Record<string, CollectionTable>;
/** Longer than a busy machine needs: a call that ends too early would fail the lab. */
const PATIENCE_MS = 10_000;
const LEASE_MS = 2_000;

export function openWriter(version: Version, servers: Servers): Promise<Writer> {
  return version === 'naive' ? openNaive(servers) : openOurs(servers);
}

async function openNaive({ databaseUrl }: Servers): Promise<Writer> {
  const pool = await connect(databaseUrl);
  // Articles write the error to the log of the service, and go on.
  const ignore = () => undefined;
  const views = new NaiveWriteBehind<number>((...batch) => pool.query(ADD_VIEWS, batch), FLUSH_MS, ignore);
  const baskets = new NaiveWriteBehind<string>(
    (...batch) => pool.query(PUT_BASKETS, batch),
    FLUSH_MS,
    ignore,
  );
  return {
    countView: (page) => Promise.resolve(views.put(page, (views.get(page) ?? 0) + 1)),
    putBasket: (customer, basket) => Promise.resolve(baskets.put(customer, JSON.stringify(basket))),
    close: async () => {
      await Promise.all([views.close(), baskets.close()]);
      await pool.end();
    },
  };
}

async function openOurs({ redisUrl, databaseUrl }: Servers): Promise<Writer> {
  const pool = await connect(databaseUrl);
  const connection = { url: redisUrl, commandTimeoutMs: PATIENCE_MS };
  const log = new RedisWriteLog({ ...connection, name: NAME });
  const leases = new RedisSemaphoreStore(connection);
  await eventually(() => log.ping().then(() => true), { within: PATIENCE_MS });
  const store = new PostgresWriteStore({
    ...{ pool, log: NAME, tables: TABLES, statementLimitMs: STATEMENT_LIMIT_MS },
  });
  const behind = new WriteBehind({
    ...{ name: NAME, log, store, leases, maxWaitMs: PATIENCE_MS, lingerMs: FLUSH_MS, leaseMs: LEASE_MS },
  });
  behind.start();
  const [views, baskets] = [behind.counters('views'), behind.documents('baskets')];
  return {
    countView: (page, id) => views.add(page, 1, { idempotencyKey: id }),
    putBasket: async (customer, basket) => void (await baskets.put(customer, basket)),
    close: async () => {
      // The lease of a killed process has to end before another one writes what it has left.
      await eventually(async () => (await behind.pending()).entries === 0, { within: 2 * PATIENCE_MS });
      await behind.close();
      log.close();
      await Promise.all([leases.close(), pool.end()]);
    },
  };
}

async function connect(databaseUrl: string): Promise<Pool> {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 4,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
  });
  await pool.query('select');
  return pool;
}
