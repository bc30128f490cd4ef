import { createTestDatabase } from '@groundwork/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import { keysetRanges, orderBySql } from '../adapters/postgres/keyset-sql.ts';
import { comparePositions } from '../cursor/compare-positions.ts';
import { decodeCursor, encodeCursor } from '../cursor/keyset-cursor.ts';
import { type Position, type SortOrder, type SortValue } from '../cursor/sort-order.ts';
import { mergePage } from './merge-page.ts';
import { scatter } from './scatter.ts';

/** Few different values, so that rows tie. The texts sort differently by language, UTF-16 and UTF-8. */
interface Row {
  readonly id: string;
  readonly at: Date | null;
  readonly name: string | null;
  readonly total: string;
}

interface WalkedShard {
  readonly name: string;
  read(order: SortOrder, after: Position | undefined, limit: number): Promise<Row[]>;
}

interface Walk {
  readonly order: SortOrder;
  readonly limit: number;
  /** Rows that exist before the walk starts. */
  readonly initial: readonly PlacedRow[];
  /** Rows that are inserted one by one during the walk. */
  readonly inserted: readonly PlacedRow[];
}

type PlacedRow = { readonly row: Row; readonly shard: number };

const SHARDS = 3;
const oneOf = fc.constantFrom;

const someRow = fc.record({
  at: fc.option(fc.integer({ min: 0, max: 4 }).map((ms) => new Date(ms))),
  name: fc.option(oneOf('', 'a', 'B', 'é', '～', '💥')),
  total: oneOf('-10', '9', '10', '9007199254740993'),
  shard: fc.nat({ max: SHARDS - 1 }),
});

/** Any columns in any order, with any directions and NULL placement, and the id at the end. */
const someOrder: fc.Arbitrary<SortOrder> = fc
  .tuple(
    fc.subarray(['at', 'name', 'total'] as const, { minLength: 0 }),
    fc.array(fc.tuple(oneOf('asc' as const, 'desc' as const), oneOf('first' as const, 'last' as const)), {
      minLength: 4,
      maxLength: 4,
    }),
    fc.boolean(),
  )
  .map(([names, ways, reversed]) => {
    const types = { at: 'timestamp', name: 'text', total: 'bigint' } as const;
    const columns = (reversed ? names.toReversed() : names).map((name, n): SortOrder[number] => {
      const [direction, nulls] = ways[n] as ['asc' | 'desc', 'first' | 'last'];
      return { name, type: types[name], direction, ...(name !== 'total' && { nulls }) };
    });
    return [...columns, { name: 'id', type: 'id', direction: ways[3]![0] }];
  });

const someWalk: fc.Arbitrary<Walk> = fc
  .record({
    order: someOrder,
    limit: fc.integer({ min: 1, max: 7 }),
    rows: fc.array(someRow, { maxLength: 40 }),
    ids: fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 40, maxLength: 40 }),
    initial: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ order, limit, rows, ids, initial }) => {
    const placed = rows.map(({ shard, ...row }, n) => ({ shard, row: { ...row, id: `${ids[n]}` } }));
    const split = Math.round(rows.length * initial);
    return { order, limit, initial: placed.slice(0, split), inserted: placed.slice(split) };
  });

const positionOf = (order: SortOrder) => (row: Row) =>
  order.map(({ name }) => row[name as keyof Row]) as readonly SortValue[];

/** Returns all pages from the first to the last. Each cursor goes through the text that a client sends back. */
async function walk(shards: readonly WalkedShard[], order: SortOrder, limit: number): Promise<Row[][]> {
  const pages: Row[][] = [];
  let cursor: string | undefined;
  do {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, order, 'walk');
    const { answers } = await scatter(shards, (shard) => shard.read(order, after, limit + 1), {
      deadlineMs: 10_000,
    });
    const found = answers.map(({ value }) => value);
    const { rows, next } = await mergePage(found, order, positionOf(order), limit);
    pages.push([...rows]);
    cursor = next && encodeCursor(next, order, 'walk');
  } while (cursor !== undefined);
  return pages;
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < Math.max(items.length, 1); at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}

const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => id);

/** Expects that each initial row came exactly once and in order, that no row came twice, and that all rows are in order. */
function expectUndisturbed(walked: readonly Row[], expected: readonly string[], order: SortOrder): void {
  const initial = new Set(expected);
  expect(idsOf(walked).filter((id) => initial.has(id))).toEqual(expected);
  expect(new Set(idsOf(walked)).size).toBe(walked.length);
  const [compare, position] = [comparePositions(order), positionOf(order)];
  expect(walked.toSorted((one, other) => compare(position(one), position(other)))).toEqual(walked);
}

describe('a keyset walk over shards in memory', () => {
  const sorted = (rows: readonly Row[], order: SortOrder) => {
    const [compare, position] = [comparePositions(order), positionOf(order)];
    return rows.toSorted((one, other) => compare(position(one), position(other)));
  };

  /** Inserts one more row before each read, so that the shards are read at different moments of one page. */
  function inMemory({ initial, inserted }: Walk, whileReading: boolean): WalkedShard[] {
    const stored = Array.from({ length: SHARDS }, (_, shard) =>
      initial.filter((placed) => placed.shard === shard).map(({ row }) => row),
    );
    const coming = [...inserted];
    return stored.map((rows, shard) => ({
      name: `${shard}`,
      read: async (order, after, limit) => {
        await Promise.resolve();
        const next = whileReading ? coming.shift() : undefined;
        if (next !== undefined) stored[next.shard]?.push(next.row);
        const [compare, position] = [comparePositions(order), positionOf(order)];
        const later = rows.filter((row) => after === undefined || compare(position(row), after) > 0);
        return sorted(later, order).slice(0, limit);
      },
    }));
  }

  it('returns the pages of one list', async () => {
    await fc.assert(
      fc.asyncProperty(someWalk, async (drawn) => {
        const { order, limit, initial } = drawn;
        const one = sorted(
          initial.map(({ row }) => row),
          order,
        );
        expect(await walk(inMemory(drawn, false), order, limit)).toEqual(chunksOf(one, limit));
      }),
      { numRuns: 500 },
    );
  });

  it('returns each row that exists throughout exactly once and in order while rows are inserted', async () => {
    await fc.assert(
      fc.asyncProperty(someWalk, async (drawn) => {
        const pages = await walk(inMemory(drawn, true), drawn.order, drawn.limit);
        const one = sorted(
          drawn.initial.map(({ row }) => row),
          drawn.order,
        );
        expectUndisturbed(pages.flat(), idsOf(one), drawn.order);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a keyset walk over Postgres databases', () => {
  let databases: Awaited<ReturnType<typeof createTestDatabase>>[];
  let shards: Client[];
  /** The database that holds the rows of all shards. */
  let single: Client;
  /** Connections that insert while others read. */
  let writers: Client[];

  const connect = async (url: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    return client;
  };

  beforeAll(async () => {
    databases = await Promise.all(Array.from({ length: SHARDS + 1 }, createTestDatabase));
    const urls = databases.map(({ url }) => url);
    [single, ...shards] = (await Promise.all(urls.map(connect))) as [Client, ...Client[]];
    writers = await Promise.all(urls.slice(1).map(connect));
    // Collations that differ from "C" and from each other.
    const collations = ['C', 'unicode', 'en-x-icu', 'unicode'];
    for (const [n, client] of [single, ...shards].entries()) {
      await client.query(
        `create table rows (id bigint primary key, at timestamptz(3), name text collate "${collations[n]}", total bigint not null)`,
      );
    }
  });

  afterAll(async () => {
    await Promise.all([single, ...shards, ...writers].map((client) => client.end()));
    await Promise.all(databases.map((database) => database.drop()));
  });

  beforeEach(empty);

  async function empty(): Promise<void> {
    await Promise.all([single, ...shards].map((client) => client.query('truncate rows')));
  }

  const insert = (client: Client, { id, at, name, total }: Row) =>
    client.query('insert into rows values ($1, $2, $3, $4)', [id, at, name, total]);

  async function store(placed: readonly PlacedRow[], to: readonly Client[]): Promise<void> {
    for (const { row, shard } of placed) await insert(to[shard] as Client, row);
  }

  const inPostgres = (clients: readonly Client[]): WalkedShard[] =>
    clients.map((client, n) => ({
      name: `${n}`,
      read: async (order, after, limit) => {
        const { conditions, values } = after ? keysetRanges(order, after, 1) : { conditions: [], values: [] };
        const ranges = conditions.length === 0 ? ['true'] : conditions;
        const ordered = `order by ${orderBySql(order)} limit ${limit}`;
        const selects = ranges.map((range) => `(select * from rows where ${range} ${ordered})`);
        const statement = `select * from (${selects.join(' union all ')}) as page ${ordered}`;
        return (await client.query<Row>(statement, [...values])).rows;
      },
    }));

  /** The order of one database, by an independent query. */
  async function idsInOneDatabase(order: SortOrder): Promise<string[]> {
    const columns = order.map(
      ({ name, direction, nulls }) =>
        `${name === 'name' ? `convert_to(name, 'UTF8')` : name} ${direction} nulls ${nulls ?? 'last'}`,
    );
    return idsOf((await single.query<Row>(`select id from rows order by ${columns.join(', ')}`)).rows);
  }

  it('returns the pages of one database', async () => {
    await fc.assert(
      fc.asyncProperty(someWalk, async ({ order, limit, initial, inserted }) => {
        await empty();
        const rows = [...initial, ...inserted];
        await store(rows, shards);
        for (const { row } of rows) await insert(single, row);
        const pages = await walk(inPostgres(shards), order, limit);
        expect(pages.map(idsOf)).toEqual(chunksOf(await idsInOneDatabase(order), limit));
      }),
      { numRuns: 200 },
    );
  });

  it('returns each row that exists throughout exactly once and in order while rows are inserted', async () => {
    await fc.assert(
      fc.asyncProperty(someWalk, async ({ order, limit, initial, inserted }) => {
        await empty();
        await store(initial, shards);
        for (const { row } of initial) await insert(single, row);
        const writing = store(inserted, writers);
        const walked = (await walk(inPostgres(shards), order, limit)).flat();
        await writing;
        expectUndisturbed(walked, await idsInOneDatabase(order), order);
      }),
      { numRuns: 200 },
    );
  });
});
