import { describe, expect, it } from '@jest/globals';
import { createPreparedDatabase, eventually } from '@groundwork/testing';
import { Pool, type PoolClient } from 'pg';
import { describeWriteStore } from '../../conformance/write-store.conformance.ts';
import { type LogEntry } from '../../write-behind/write-log.ts';
import { type CollectionTable } from './collection-table.ts';
import { PostgresWriteStore } from './postgres-write-store.ts';
import { writeBehindTablesSql } from './write-behind-tables.sql.ts';

const VIEWS = { kind: 'counter', table: 'shop.views', keyColumn: 'key', valueColumn: 'Count' } as const;
const CARTS = {
  kind: 'document',
  table: 'carts',
  keyColumn: 'key',
  valueColumn: 'value',
  versionColumn: 'version',
} as const;

const TABLES = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.views (key text PRIMARY KEY CHECK (key NOT LIKE 'poison%'), "Count" bigint NOT NULL, seen timestamptz DEFAULT now());
  CREATE TABLE carts (key text PRIMARY KEY CHECK (key NOT LIKE 'poison%'), value jsonb, version bigint NOT NULL);
  CREATE TABLE numbered (id bigint PRIMARY KEY, value bigint NOT NULL CHECK (value < 100), version bigint DEFAULT 0);
  CREATE TABLE short (key varchar(10) PRIMARY KEY, "Count" bigint NOT NULL);
  CREATE TABLE fixed (key char(10) PRIMARY KEY, "Count" bigint NOT NULL);
  CREATE TABLE late (key text UNIQUE DEFERRABLE, "Count" bigint NOT NULL);
  CREATE TABLE parents (key text PRIMARY KEY);
  CREATE TABLE children (key text PRIMARY KEY REFERENCES parents DEFERRABLE INITIALLY DEFERRED, "Count" bigint NOT NULL);
  CREATE TABLE included (key text, "Count" bigint NOT NULL, PRIMARY KEY (key) INCLUDE ("Count"));
  ${writeBehindTablesSql()}
  ${writeBehindTablesSql()}`;

async function open(
  tables: Record<string, CollectionTable> = { views: VIEWS, carts: CARTS },
  statementLimitMs = 5_000,
) {
  const database = await createPreparedDatabase('write_behind', async (url) => {
    const pool = new Pool({ connectionString: url });
    await pool.query(TABLES);
    await pool.end();
  });
  const pool = new Pool({
    connectionString: database.url,
    query_timeout: 20_000,
    connectionTimeoutMillis: 20_000,
  });
  pool.on('error', () => undefined);
  const store = new PostgresWriteStore({ pool, log: 'shop', tables, statementLimitMs });
  await store.bind('log', true);
  return { store, pool, close: () => pool.end().then(() => database.drop()) };
}

const add = (position: number, key: string, amount = 1): LogEntry => ({
  ...{ position, collection: 'views', key, change: { op: 'add', amount } },
});

/** Returns a pool whose first connection stands still after it has locked the position, and this connection. */
function frozenAfterTheLock(pool: Pool) {
  const { promise: frozen, resolve } = Promise.withResolvers<PoolClient>();
  const other = new Pool({ ...pool.options });
  const connect = other.connect.bind(other) as (callback?: unknown) => Promise<PoolClient>;
  const freezing = async (callback?: unknown) => {
    // `pool.query` passes a callback.
    const client = await connect(callback);
    if (callback !== undefined) return client;
    client.on('error', () => undefined);
    const query = client.query.bind(client) as (...call: unknown[]) => Promise<unknown>;
    const freeze = async (...call: unknown[]) => {
      const answer = await query(...call);
      if (!String(call[0]).includes('FOR UPDATE')) return answer;
      resolve(client);
      return new Promise(() => undefined);
    };
    return Object.assign(client, { query: freeze });
  };
  return { pool: Object.assign(other, { connect: freezing }), frozen };
}

describeWriteStore('Postgres', () => open());

describe('a write-behind store in Postgres', () => {
  it('keeps each write that it refused, with its error', async () => {
    const { store, pool, close } = await open();
    await store.apply('log', 0, [add(1, 'poison', 2), add(2, 'fine'), add(3, 'poison', 3)]);
    const { rows } = await pool.query('SELECT * FROM write_behind_refused');
    const kept = { log: 'shop', collection: 'views', key: 'poison', sqlstate: '23514' };
    expect(rows).toEqual([
      expect.objectContaining({
        ...{ ...kept, position: '1', change: { op: 'add', amount: 2 } },
        error: expect.stringContaining('views_key_check'),
      }),
      expect.objectContaining({ ...kept, position: '3', change: { op: 'add', amount: 3 } }),
    ]);
    await close();
  });

  it.each([
    ['a key that is not of the column’s type', 'no number', '22P02'],
    ['a value beyond a constraint', '7', '23514'],
  ])('sets aside %s', async (_what, key, sqlstate) => {
    const numbered = {
      kind: 'counter',
      table: 'numbered',
      keyColumn: 'id',
      keyType: 'bigint',
      valueColumn: 'value',
    } as const;
    const { store, pool, close } = await open({ views: numbered });
    // Both keys are the same number: no statement may write a row twice.
    const answer = await store.apply('log', 0, [add(1, '1'), add(2, '01'), add(3, key, 200)]);
    expect(answer).toMatchObject({ outcome: 'applied', refused: [{ entry: { key } }] });
    expect(await store.read('views', '1')).toMatchObject({ value: 2 });
    const { rows } = await pool.query('SELECT sqlstate FROM write_behind_refused');
    expect(rows).toEqual([{ sqlstate }]);
    await close();
  });

  it('sets aside a key that is longer than its column, instead of cutting it off', async () => {
    const { store, close } = await open({ views: { ...VIEWS, table: 'short' } });
    const answer = await store.apply('log', 0, [add(1, '0123456789'), add(2, '0123456789-and-more')]);
    expect(answer).toMatchObject({ refused: [{ entry: { position: 2 } }] });
    expect(await store.read('views', '0123456789')).toMatchObject({ value: 1 });
    await close();
  });

  it('sets aside what only a deferred constraint refuses', async () => {
    const { store, pool, close } = await open({ views: { ...VIEWS, table: 'children' } });
    await pool.query(`INSERT INTO parents VALUES ('known')`);
    const answer = await store.apply('log', 0, [add(1, 'known'), add(2, 'unknown')]);
    expect(answer).toMatchObject({ outcome: 'applied', refused: [{ entry: { key: 'unknown' } }] });
    await close();
  });

  it('accepts a unique index that includes more columns', async () => {
    const { store, close } = await open({ views: { ...VIEWS, table: 'included' } });
    expect(await store.apply('log', 0, [add(1, 'a'), add(2, 'a')])).toMatchObject({ refused: [] });
    await close();
  });

  it('keeps the last valid write of a key whose newest one is refused', async () => {
    const { store, pool, close } = await open();
    await pool.query(`ALTER TABLE carts ADD CHECK (value <> '"bad"')`);
    const cart = (position: number, json: string): LogEntry => ({
      ...{ position, collection: 'carts', key: 'a', change: { op: 'put', json } },
    });
    const answer = await store.apply('log', 0, [cart(1, '"old"'), cart(2, '"good"'), cart(3, '"bad"')]);
    expect(answer).toMatchObject({ refused: [{ entry: { position: 3 } }] });
    expect(await store.read('carts', 'a')).toMatchObject({ value: 'good', version: 2 });
    await close();
  });

  it.each([
    ['bigint', '07'],
    ['bigint', '-0'],
    ['bigint', '1.5'],
    ['bigint', '9223372036854775808'],
    ['uuid', '6F9619FF-8B86-D011-B42D-00CF4FC964FF'],
  ] as const)('refuses a key of the type %s in another spelling: %s', async (keyType, key) => {
    const { store, close } = await open();
    const other = new PostgresWriteStore({
      ...{
        pool: new Pool({ query_timeout: 1, connectionTimeoutMillis: 1 }),
        log: 'shop',
        tables: { views: { ...VIEWS, keyType } },
      },
    });
    expect(() => other.validate(add(1, key))).toThrow('key: expected');
    expect(() => store.validate(add(1, key))).not.toThrow();
    await close();
  });

  it('sets aside writes of a collection without a table', async () => {
    const { store, close } = await open({ carts: CARTS });
    const answer = await store.apply('log', 0, [add(1, 'a')]);
    expect(answer).toMatchObject({ through: 1, refused: [{ entry: { key: 'a' } }] });
    await close();
  });

  it('counts documents that something else has written in a newer version, and leaves them', async () => {
    const { store, pool, close } = await open();
    await pool.query(`INSERT INTO carts VALUES ('a', '1', 100)`);
    const cart: LogEntry = { position: 1, collection: 'carts', key: 'a', change: { op: 'put', json: '2' } };
    expect(await store.apply('log', 0, [cart])).toMatchObject({ superseded: 1, refused: [] });
    expect(await store.read('carts', 'a')).toMatchObject({ value: 1, version: 100 });
    await close();
  });

  it('keeps everything for later when a table is missing or locked: the fault is not in a row', async () => {
    const { store, pool, close } = await open(undefined, 200);
    await store.check();
    await pool.query('ALTER TABLE shop.views RENAME TO elsewhere');
    await expect(store.apply('log', 0, [add(1, 'a')])).rejects.toMatchObject({ code: '42P01' });
    await pool.query('ALTER TABLE shop.elsewhere RENAME TO views');
    const other = await pool.connect();
    await other.query('BEGIN; LOCK TABLE shop.views');
    await expect(store.apply('log', 0, [add(1, 'a')])).rejects.toMatchObject({ code: '55P03' });
    await other.query('ROLLBACK');
    other.release();
    expect(await store.apply('log', 0, [add(1, 'a')])).toMatchObject({ outcome: 'applied', refused: [] });
    await close();
  });

  it('continues when a flusher was frozen in its transaction: Postgres ends it', async () => {
    const { store, pool, close } = await open(undefined, 300);
    await store.apply('log', 0, [add(1, 'a')]);
    // The transaction of this store has locked the position, and then sends nothing.
    const { pool: frozenPool, frozen } = frozenAfterTheLock(pool);
    const other = new PostgresWriteStore({
      ...{ pool: frozenPool, log: 'shop', tables: { views: VIEWS, carts: CARTS }, statementLimitMs: 300 },
    });
    void other.apply('log', 1, [add(2, 'a')]);
    const client = await frozen;
    const answer = await eventually(() => store.apply('log', 1, [add(2, 'a')]));
    expect(answer).toMatchObject({ outcome: 'applied', through: 2 });
    client.release(true);
    await frozenPool.end();
    await close();
  });

  it('commits durably, also where the database does not by default', async () => {
    const { store, pool, close } = await open();
    await pool.query(
      `ALTER TABLE shop.views ADD COLUMN commit text DEFAULT current_setting('synchronous_commit')`,
    );
    await pool.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`,
    );
    const fresh = new Pool({ ...pool.options });
    const other = new PostgresWriteStore({
      pool: fresh,
      log: 'shop',
      tables: { views: VIEWS, carts: CARTS },
    });
    await other.apply('log', 0, [add(1, 'a')]);
    expect((await fresh.query('SHOW synchronous_commit')).rows).toEqual([{ synchronous_commit: 'off' }]);
    expect((await pool.query('SELECT commit FROM shop.views')).rows).toEqual([{ commit: 'on' }]);
    expect(await store.position()).toBe(1);
    await fresh.end();
    await close();
  });

  it('forgets idempotency keys after their time', async () => {
    const { store, pool, close } = await open();
    await store.apply('log', 0, [{ ...add(1, 'a'), idempotencyKey: 'old' }]);
    await pool.query(`UPDATE write_behind_receipts SET received_at = now() - interval '2 days'`);
    await store.apply('log', 1, [{ ...add(2, 'a'), idempotencyKey: 'new' }]);
    const { rows } = await pool.query('SELECT idempotency_key FROM write_behind_receipts');
    expect(rows).toEqual([{ idempotency_key: 'new' }]);
    await close();
  });

  it.each([
    ['does not exist', { ...VIEWS, table: 'nowhere' }],
    ['has no column', { ...VIEWS, valueColumn: 'count' }],
    ['it must be bigint', { ...VIEWS, valueColumn: 'seen' }],
    ['one column for two purposes', { ...CARTS, valueColumn: 'version' }],
    ['it must be jsonb', { ...CARTS, table: 'numbered', keyColumn: 'id' }],
    [
      'which is not a key of type text',
      { ...VIEWS, table: 'numbered', keyColumn: 'id', valueColumn: 'value' },
    ],
    ['which is not a key of type text', { ...VIEWS, table: 'fixed' }],
    ['a primary key or a unique index on key alone', { ...VIEWS, table: 'late' }],
    ['a primary key or a unique index on seen alone', { ...VIEWS, keyColumn: 'seen' }],
    [
      'needs a default for version',
      { kind: 'counter', table: 'carts', keyColumn: 'key', valueColumn: 'version' } as const,
    ],
  ])('refuses a table that %s', async (detail, table) => {
    const { store, pool, close } = await open({ views: table });
    if (detail.startsWith('needs a default')) await pool.query('ALTER TABLE carts ALTER value SET NOT NULL');
    const expected = detail.replace('version', detail.startsWith('needs a default') ? 'value' : 'version');
    await expect(store.check()).rejects.toMatchObject({
      ...{ code: 'unsuitable-table', message: expect.stringContaining(expected) },
    });
    await close();
  });

  it('says that it is unavailable when it cannot be read', async () => {
    const { store, pool, close } = await open();
    await store.check();
    await pool.query('ALTER TABLE shop.views RENAME TO elsewhere');
    await expect(store.read('views', 'a')).rejects.toMatchObject({ code: 'write-store-unavailable' });
    await pool.query('ALTER TABLE write_behind_positions RENAME TO gone');
    await expect(store.position()).rejects.toMatchObject({
      code: 'write-store-unavailable',
      retryable: true,
    });
    await close();
  });

  it('refuses a pool whose queries may take for ever', () => {
    const pool = new Pool();
    expect(() => new PostgresWriteStore({ pool, log: 'shop', tables: {} })).toThrow('set query_timeout');
  });
});
