import { createTestDatabase, eventually, startTestPostgres, type TestDatabase } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { SlotMap } from '../../slots/slot-map.ts';
import { toSlot } from '../../slots/slot.ts';
import { DIRECTORY_TABLES_SQL, SLOT_MAP_CHANNEL } from './directory-tables.ts';
import { DirectoryEmptyError, DirectoryUnavailableError } from './directory.errors.ts';
import { SlotDirectory } from './slot-directory.ts';
import { writeSlotMap } from './write-slot-map.ts';

const map = SlotMap.parse('0-2047=shard-1,2048-4095=shard-2');
const urls = new Map([
  ['shard-1', 'postgres://one/orders'],
  ['shard-2', 'postgres://two/orders'],
]);

async function fill(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(DIRECTORY_TABLES_SQL.up);
  await writeSlotMap(client, map, urls);
  return client;
}

/** Moves slot 7 to shard-2. */
async function move(sql: Client): Promise<void> {
  await sql.query(`
    begin;
    update slot_map set epoch = 2;
    update slots set shard = 'shard-2', epoch = 2, ids_after_ms = 123 where slot = 7;
    update shards set ownership_epoch = 2;
    select pg_notify('${SLOT_MAP_CHANNEL}', '2');
    commit`);
}

describe('the directory of slots', () => {
  let database: TestDatabase;
  let sql: Client;
  const started: SlotDirectory[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    sql = await fill(database.url);
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((directory) => directory.stop()));
    await sql.end();
    await database.drop();
  });

  async function start(options: { push?: boolean; pollMs?: number }): Promise<SlotDirectory> {
    const directory = new SlotDirectory({ url: database.url, ...options });
    started.push(directory);
    await directory.start();
    return directory;
  }

  const ownerOf7 = ({ current }: SlotDirectory) => current.map.assignmentOf(toSlot(7));

  it('returns the owner and epoch of each slot, and the addresses of the shards', async () => {
    const { current } = await start({});
    expect(current.map.assignments).toEqual(map.assignments);
    expect(current.map.ownershipEpochOf('shard-1')).toBe(1);
    expect(current.shardUrls).toEqual(urls);
  });

  it.each([
    ['push', { pollMs: 3_600_000 }],
    ['polling if the push is lost', { push: false, pollMs: 20 }],
  ])('receives a change by %s', async (_, options) => {
    const directory = await start(options);
    const seen: number[] = [];
    directory.onChange((state) => seen.push(state.map.epoch));
    // The listener reads the map after it has subscribed, so a change before that is found too.
    await move(sql);
    await eventually(() => directory.current.map.epoch === 2);
    expect(ownerOf7(directory)).toEqual({ slot: 7, shard: 'shard-2', epoch: 2, idsAfterMs: 123 });
    expect(directory.current.map.assignmentOf(toSlot(8))).toEqual(map.assignmentOf(toSlot(8)));
    expect(directory.current.map.ownershipEpochOf('shard-1')).toBe(2);
    expect(seen).toEqual([2]);
  });

  it('returns a newer map to a caller that waits for one', async () => {
    const directory = await start({ push: false, pollMs: 3_600_000 });
    const known = directory.current.map;
    expect(await directory.newerThan(known, 30)).toBe(false);
    const waiting = directory.newerThan(known, 10_000);
    await move(sql);
    expect(await waiting).toBe(true);
    expect(ownerOf7(directory).shard).toBe('shard-2');
  });

  it('reports an added shard without a change of the map', async () => {
    const directory = await start({ push: false, pollMs: 20 });
    const known = directory.current.map;
    await sql.query("insert into shards (name, url) values ('shard-3', 'postgres://three/orders')");
    await eventually(() => directory.current.shardUrls.has('shard-3'));
    expect(directory.current.map).toBe(known);
  });

  it('without a map is refused with an error that says what to do', async () => {
    await sql.query('delete from slot_map');
    await expect(start({})).rejects.toThrow(DirectoryEmptyError);
  });

  it('that starts late is waited for', async () => {
    const server = await startTestPostgres();
    const own = await fill(server.url);
    await server.kill();
    const patient = new SlotDirectory({ url: server.url, push: false });
    const hasty = new SlotDirectory({ url: server.url, push: false, startMs: 0 });
    try {
      await expect(hasty.start()).rejects.toThrow(DirectoryUnavailableError);
      const started = patient.start();
      await server.restart();
      await started;
      expect(ownerOf7(patient).shard).toBe('shard-1');
    } finally {
      await Promise.all([patient.stop(), hasty.stop(), own.end().catch(() => undefined)]);
      await server.stop();
    }
  });

  it('that is lost leaves the known map in use, and is read again when it is back', async () => {
    const server = await startTestPostgres();
    const own = await fill(server.url);
    const lost: unknown[] = [];
    const directory = new SlotDirectory({ url: server.url, pollMs: 20, onLost: (error) => lost.push(error) });
    try {
      await directory.start();
      await server.kill();
      await eventually(() => lost.length > 0);
      expect(ownerOf7(directory).shard).toBe('shard-1');
      await expect(directory.newerThan(directory.current.map, 1_000)).rejects.toThrow(
        DirectoryUnavailableError,
      );
      await server.restart();
      const again = new Client({ connectionString: server.url });
      await again.connect();
      await move(again);
      await again.end();
      await eventually(() => directory.current.map.epoch === 2);
    } finally {
      await directory.stop();
      await own.end().catch(() => undefined);
      await server.stop();
    }
  });
});
