import { migrateDatabase } from '@groundwork/messaging';
import 'reflect-metadata';
import { type ListAllOrdersQuery } from '@groundwork/contracts';
import { type SlotMap } from '@groundwork/sharding';
import { writeFirstOwnership } from '@groundwork/sharding/postgres';
import { AllShards } from '../../src/ask-all-shards/all-shards.ts';
import { ListOrdersUseCase } from '../../src/list-orders/list-orders.ts';
import { ordersPage } from '../../src/list-orders/orders-page.statement.ts';
import { shardDataSource } from '../../src/storage/shard-data-source.ts';
import { Shard } from '../../src/storage/shard.ts';
import { Shards } from '../../src/storage/shards.ts';
import { connect } from '../../test/connect.ts';
import { shardsOf } from '../../test/start-order-service.ts';
import { staticDirectory } from '../../test/static-directory.ts';

const ORDERS = 20_000;
const CALLS_A_ROUND = 200;
const WARM_UP = 50;
const QUERY: ListAllOrdersQuery = { sort: '-createdAt', limit: 20, partial: false };
const NEVER_ABORTED = new AbortController().signal;

interface Tools {
  readonly rounds: number;
  postgres(): Promise<string>;
  progress(message: string): void;
}

/** Compares a page of the orders of two shards with the slower of the two shards, queried alone for its part. */
export default {
  async measure({ rounds, postgres, progress }: Tools) {
    const market = await openMarket([await postgres(), await postgres()]);
    const alone: number[] = [];
    const together: number[] = [];
    for (let round = 0; round < rounds; round++) {
      progress(`round ${round + 1} of ${rounds}`);
      for (let call = -WARM_UP; call < CALLS_A_ROUND; call++) {
        // Alternates both measurements, so that drift of the machine affects them equally.
        const parts = [];
        for (const shard of market.shards.all) parts.push(await timed(() => market.part(shard)));
        const whole = await timed(() => market.list());
        if (call < 0) continue;
        alone.push(Math.max(...parts));
        together.push(whole);
      }
    }
    const faults = await market.faults();
    await market.close();
    const overhead = median(together) - median(alone);
    return {
      tables: [
        {
          title: `A page of 20 of ${ORDERS} orders on 2 shards, ${together.length} calls each, ms`,
          columns: ['', 'p50', 'p95', 'p99'],
          rows: [
            ['the slower shard alone, its own statement', ...percentiles(alone)],
            ['list of all shards: scatter, merge, answer', ...percentiles(together)],
          ],
        },
      ],
      goals: [{ what: 'overhead over the slower shard, ms (p50)', measured: overhead, atMost: 2 }],
      faults,
    };
  },
};

interface Market {
  readonly shards: Shards;
  part(shard: Shard): Promise<unknown>;
  list(): Promise<unknown>;
  /** Checks that the page equals the page of a single database. */
  faults(): Promise<string[]>;
  close(): Promise<void>;
}

async function openMarket(urls: readonly string[]): Promise<Market> {
  const known = shardsOf(urls);
  for (const [name, url] of known.urls) await fill(name, url, known.map);
  const options = { poolSize: 4, connectTimeoutMs: 5_000, statementTimeoutMs: 5_000 };
  const shards = new Shards(
    staticDirectory(known),
    (name, url) => new Shard(name, () => shardDataSource({ ...options, url })),
  );
  const useCase = new ListOrdersUseCase(
    new AllShards(shards, { SCATTER_DEADLINE_MS: 5_000, SHARD_POOL_SIZE: 10 }),
  );
  const { statement, values } = ordersPage({ ...QUERY, after: undefined, limit: QUERY.limit + 1 });
  const list = () => useCase.list(QUERY, NEVER_ABORTED);
  return {
    shards,
    list,
    part: (shard) => shard.run((connection) => connection.execute(statement, [...values])),
    faults: async () => {
      const { items } = await list();
      const listed = items.map(({ id }) => id).join();
      return listed === (await latest(urls)) ? [] : [`the page is ${listed}`];
    },
    close: async () => {
      await Promise.all(shards.all.map((shard) => shard.close()));
    },
  };
}

/**
 * Stores the orders of one shard: they cycle through its slots, and their times interleave with those of the other shard.
 */
async function fill(name: string, url: string, map: SlotMap): Promise<void> {
  await migrateDatabase(shardDataSource({ url, poolSize: 2, connectTimeoutMs: 5_000 }));
  const slots = map.slotsOf(name);
  await writeFirstOwnership(url, slots, map.epoch);
  const sql = await connect(url);
  const ids = `select (n::bigint << 22) | (($1::int + n % $2::int) << 10) as id, n from generate_series(1, $3::int) as n`;
  const values = [slots[0], slots.length, ORDERS / 2];
  await sql.query(
    `insert into customers (id, email, name, region) select id, id || '@example.com', 'A', 'eu' from (${ids}) as made`,
    values,
  );
  await sql.query(
    `insert into orders (id, customer_id, total_amount, total_currency, payment_method, created_at)
    select id, id, n, 'EUR', 'test_ok', to_timestamp(n * 7919 % 100003) from (${ids}) as made`,
    values,
  );
  await sql.query(
    `insert into order_lines select id, position, 'GW-000' || position, 1, n, 'EUR'
    from (${ids}) as made, generate_series(1, 3) as position`,
    values,
  );
  await sql.query('vacuum analyze');
  await sql.end();
}

async function latest(urls: readonly string[]): Promise<string> {
  const rows: { id: string; at: Date }[] = [];
  for (const url of urls) {
    const sql = await connect(url);
    rows.push(...(await sql.query<{ id: string; at: Date }>('select id, created_at as at from orders')).rows);
    await sql.end();
  }
  const byTime = (one: (typeof rows)[0], other: (typeof rows)[0]) =>
    other.at.getTime() - one.at.getTime() || (BigInt(other.id) > BigInt(one.id) ? 1 : -1);
  return rows
    .sort(byTime)
    .slice(0, QUERY.limit)
    .map(({ id }) => id)
    .join();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const at = (values: readonly number[], share: number) =>
  values.toSorted((one, other) => one - other)[Math.floor(share * (values.length - 1))] as number;
const median = (values: readonly number[]) => at(values, 0.5);
const percentiles = (values: readonly number[]) =>
  [0.5, 0.95, 0.99].map((share) => at(values, share).toFixed(2));
