import { createTestDatabase, eventually, type TestDatabase } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { composeId } from '../../ids/id-layout.ts';
import { SlotMap } from '../../slots/slot-map.ts';
import { toSlot } from '../../slots/slot.ts';
import { DIRECTORY_TABLES_SQL } from './directory-tables.ts';
import { initializeDirectory } from './initialize-directory.ts';
import { readOwnership } from './ownership.ts';
import { type SlotCorrection } from './reconcile-directory.ts';
import { CAPTURE_TABLES_SQL } from './resharding/capture-tables.ts';
import { MOVE_TABLES_SQL } from './resharding/move-tables.ts';
import { MOVER_LOCK } from './resharding/mover-lock.ts';
import { SHARD_NAME_SQL } from './shard-name.ts';
import { SlotDirectory } from './slot-directory.ts';
import { SLOT_TABLES_SQL } from './slot-tables.ts';

const firstMap = SlotMap.parse('0-2047=shard-1,2048-4095=shard-2');
const tables = { staying: ['slot_ownership', 'shard_state'], queues: [] };
const nobody = 'postgres://groundwork@127.0.0.1:1/orders';

describe('a directory at the start of a platform', () => {
  let databases: TestDatabase[];
  let directoryUrl: string;
  let shardUrls: Map<string, string>;

  beforeEach(async () => {
    databases = await Promise.all([1, 2, 3, 4].map(() => createTestDatabase()));
    const [directory, one, two, three] = databases.map(({ url }) => url) as [string, string, string, string];
    directoryUrl = directory;
    shardUrls = new Map([
      ['shard-1', one],
      ['shard-2', two],
      ['shard-3', three],
    ]);
    await on(directory, DIRECTORY_TABLES_SQL.up + MOVE_TABLES_SQL.up);
    for (const url of [one, two, three]) {
      await on(url, SLOT_TABLES_SQL.up + SHARD_NAME_SQL.up + CAPTURE_TABLES_SQL.up);
    }
  });

  afterEach(async () => {
    for (const database of databases) await database.drop();
  });

  async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  const on = <Row extends object>(url: string, sql: string) =>
    connected(url, async (client) => (await client.query<Row>(sql)).rows);
  const ownedBy = (shard: string) => connected(urlOf(shard), readOwnership);
  const initialize = (urls = shardUrls, onCorrected?: (correction: SlotCorrection) => void) =>
    initializeDirectory({
      directoryUrl,
      shardUrls: urls,
      firstMap,
      tables,
      ...(onCorrected && { onCorrected }),
    });
  const loseDirectory = () => on(directoryUrl, 'truncate slots, shards, slot_map cascade');
  const urlOf = (shard: string) => shardUrls.get(shard) as string;

  /** What a switch leaves behind: slots 0-99 on shard-3. */
  async function moveSomeToShard3(): Promise<void> {
    await on(
      urlOf('shard-1'),
      'delete from slot_ownership where slot < 100; update shard_state set ownership_epoch = 5',
    );
    await on(
      urlOf('shard-3'),
      'insert into slot_ownership select generate_series(0, 99), 5; update shard_state set ownership_epoch = 5',
    );
  }

  /** An order of slot 99 on shard-3, with an id of an earlier owner whose clock was an hour ahead. */
  async function storeOrderFromTheFuture(): Promise<number> {
    const atMs = Date.now() + 3_600_000;
    const id = composeId({ atMs, slot: toSlot(99), worker: 0, sequence: 0 });
    await on(
      urlOf('shard-3'),
      `create table orders (id bigint primary key);
       create index on orders (slot_of(id), id);
       insert into orders values (${id})`,
    );
    return atMs;
  }

  async function read() {
    const directory = new SlotDirectory({ url: directoryUrl, push: false });
    await directory.start();
    const { current } = directory;
    await directory.stop();
    return current;
  }

  it('gets the first map, and each shard its slots; a second run changes nothing', async () => {
    expect(await initialize()).toBe('initialized');
    expect(await initialize()).toBe('kept');
    expect((await read()).map.assignments).toEqual(firstMap.assignments);
    expect([...(await read()).shardUrls.keys()]).toEqual(['shard-1', 'shard-2']);
    expect((await ownedBy('shard-2')).slots).toHaveLength(2048);
    expect(await ownedBy('shard-3')).toMatchObject({ name: null, epoch: 0, slots: [] });
  });

  it('is initialized once by two runs at the same time', async () => {
    expect((await Promise.all([initialize(), initialize()])).sort()).toEqual(['initialized', 'kept']);
  });

  it('goes on where a run was cut off between two shards', async () => {
    await initialize();
    await on(urlOf('shard-2'), 'delete from slot_ownership; update shard_state set ownership_epoch = 0');
    await loseDirectory();
    expect(await initialize()).toBe('initialized');
    expect((await ownedBy('shard-2')).slots).toHaveLength(2048);
  });

  it('keeps its map and learns the new address of a shard', async () => {
    await initialize();
    await initialize(new Map([...shardUrls, ['shard-2', nobody]]));
    expect((await read()).shardUrls.get('shard-2')).toBe(nobody);
  });

  it('that was lost is restored from what the shards own', async () => {
    await initialize();
    await moveSomeToShard3();
    await loseDirectory();
    const latestMs = await storeOrderFromTheFuture();
    expect(await initialize()).toBe('restored');
    const { map } = await read();
    expect(map.epoch).toBe(5);
    expect([map.shardOf(toSlot(99)), map.shardOf(toSlot(100))]).toEqual(['shard-3', 'shard-1']);
    expect([98, 99].map((slot) => map.assignmentOf(toSlot(slot)).idsAfterMs)).toEqual([0, latestMs]);
    expect(['shard-1', 'shard-2', 'shard-3'].map((shard) => map.ownershipEpochOf(shard))).toEqual([5, 1, 5]);
  });

  it('is not guessed when what the shards own makes no map', async () => {
    await initialize();
    await moveSomeToShard3();
    await loseDirectory();
    await expect(initialize(new Map([...shardUrls, ['shard-3', nobody]]))).rejects.toThrow(
      'slot 0 has no shard',
    );
    await on(urlOf('shard-1'), 'insert into slot_ownership values (50, 1)');
    await expect(initialize()).rejects.toThrow('shard-1 and shard-3 both hold slot 50');
  });

  it('writes into each shard its name, and refuses an address that leads to another one', async () => {
    await initialize();
    expect([(await ownedBy('shard-1')).name, (await ownedBy('shard-2')).name]).toEqual([
      'shard-1',
      'shard-2',
    ]);
    const exchanged = new Map([
      ['shard-1', urlOf('shard-2')],
      ['shard-2', urlOf('shard-1')],
    ]);
    await expect(initialize(exchanged)).rejects.toMatchObject({ code: 'shard-named-otherwise' });
    expect((await read()).shardUrls.get('shard-1')).toBe(urlOf('shard-1'));
  });

  it('finds out that two shards of an older release are one database', async () => {
    await initialize();
    await on(urlOf('shard-2'), 'update shard_state set name = null');
    await on(
      directoryUrl,
      `insert into shards (name, url) select 'shard-4', url from shards where name = 'shard-2'`,
    );
    await expect(initialize()).rejects.toThrow('the database at the address of shard-4 is that of shard-2');
  });

  describe('restored from a backup', () => {
    const COPIED = ['slot_map', 'shards', 'slots'];

    beforeEach(async () => {
      await initialize();
    });

    const backUp = () =>
      on(directoryUrl, COPIED.map((table) => `create table old_${table} as table ${table}`).join(';'));
    const restore = () =>
      on(
        directoryUrl,
        `truncate ${COPIED.join(', ')} cascade;
         ${COPIED.map((table) => `insert into ${table} select * from old_${table}`).join(';')}`,
      );

    /** What the switch publishes. */
    async function publishMove(): Promise<void> {
      await moveSomeToShard3();
      await on(
        directoryUrl,
        `insert into shards values ('shard-3', '${urlOf('shard-3')}', 5);
         update shards set ownership_epoch = 5 where name = 'shard-1';
         update slots set shard = 'shard-3', epoch = 5 where slot < 100;
         update slot_map set epoch = 5`,
      );
    }

    it('gets what its shards know of later switches, at an epoch that nobody has ever used', async () => {
      await backUp();
      await publishMove();
      const corrections: SlotCorrection[] = [];
      expect(await initialize(shardUrls)).toBe('kept');
      await restore();
      const idsAfterMs = await storeOrderFromTheFuture();
      expect(await initialize(shardUrls, (correction) => corrections.push(correction))).toBe('corrected');
      expect(corrections).toEqual([{ slots: '0-99', shard: 'shard-3', insteadOf: 'shard-1', epoch: 6 }]);
      const { map, shardUrls: urls } = await read();
      expect([map.epoch, map.assignmentOf(toSlot(99))]).toMatchObject([
        6,
        { shard: 'shard-3', epoch: 6, idsAfterMs },
      ]);
      expect(map.assignmentOf(toSlot(100))).toMatchObject({ shard: 'shard-1', epoch: 1 });
      expect(['shard-1', 'shard-2', 'shard-3'].map((shard) => map.ownershipEpochOf(shard))).toEqual([
        5, 1, 6,
      ]);
      expect(urls.get('shard-3')).toBe(urlOf('shard-3'));
      const owned = await ownedBy('shard-3');
      expect([owned.epoch, owned.slots[0]]).toEqual([6, { slot: 0, epoch: 6 }]);
      expect(await initialize()).toBe('kept');
    });

    it('is followed by processes that knew the later map, too', async () => {
      await backUp();
      await publishMove();
      const process = new SlotDirectory({ url: directoryUrl, push: false, pollMs: 20 });
      await process.start();
      try {
        await restore();
        await eventually(() => process.current.map.epoch === 1);
        await initialize();
        await eventually(() => process.current.map.epoch === 6);
        const { map } = process.current;
        expect(map.assignmentOf(toSlot(7))).toMatchObject({ shard: 'shard-3', epoch: 6 });
        expect(map.ownershipEpochOf('shard-1')).toBe(5);
      } finally {
        await process.stop();
      }
    });

    it('forgets moves that are long over, what was noted for them, and outranks every mover there was', async () => {
      await on(
        directoryUrl,
        `insert into shards (name, url) values ('shard-3', '${urlOf('shard-3')}');
         insert into moves (goal) values ('follow');
         insert into move_chunks (move, source, destination, owner, slots, phase)
           values (1, 'shard-1', 'shard-3', 'shard-1', '{0,1}', 'copying');
         insert into moving_slots values (0, 1, 1), (1, 1, 1)`,
      );
      await moveSomeToShard3();
      await on(
        urlOf('shard-3'),
        `insert into slot_captures values (0); update mover_fence set generation = 9;
         insert into slot_changes (slot, table_name, key) values (0, 'orders', '{}')`,
      );
      expect(await initialize()).toBe('corrected');
      const left = await on(
        directoryUrl,
        `select (select count(*)::int from moving_slots) as moving, (select generation::int from mover) as generation,
           (select phase from move_chunks) as phase, (select finished_at is not null from moves) as finished`,
      );
      expect(left).toEqual([{ moving: 0, generation: 10, phase: 'gone', finished: true }]);
      // One that has lost its lock and not noticed yet finds that out wherever it writes.
      for (const shard of ['shard-1', 'shard-3']) {
        expect(await on(urlOf(shard), 'select generation::int from mover_fence')).toEqual([
          { generation: 10 },
        ]);
      }
      expect(await on(urlOf('shard-3'), 'select from slot_captures, slot_changes')).toEqual([]);
    });

    it("keeps slots that are being switched: its own, nobody's for a moment, or taken already", async () => {
      await on(
        directoryUrl,
        `insert into shards (name, url) values ('shard-3', '${urlOf('shard-3')}');
         insert into moves (goal) values ('switch');
         insert into move_chunks (move, source, destination, owner, slots, phase, epoch)
           values (1, 'shard-1', 'shard-3', 'shard-1', array(select generate_series(0, 99)), 'switching', 5)`,
      );
      expect(await initialize()).toBe('kept');
      // As if the old owner had been asked before the switch and the new one after it.
      await on(urlOf('shard-3'), 'insert into slot_ownership select generate_series(0, 99), 5');
      expect(await initialize()).toBe('kept');
      await on(urlOf('shard-3'), 'delete from slot_ownership');
      await on(
        urlOf('shard-1'),
        'delete from slot_ownership where slot < 100; update shard_state set ownership_epoch = 5',
      );
      expect(await initialize()).toBe('kept');
      await on(
        urlOf('shard-3'),
        'insert into slot_ownership select generate_series(0, 99), 5; update shard_state set ownership_epoch = 5',
      );
      expect(await initialize()).toBe('kept');
      expect((await read()).map.epoch).toBe(1);
    });

    it('is refused, slot by slot, where nothing says who is right', async () => {
      await on(urlOf('shard-3'), 'insert into slot_ownership values (7, 5), (8, 5)');
      await on(urlOf('shard-2'), 'delete from slot_ownership where slot in (4000, 4001, 4002)');
      await on(directoryUrl, 'update slots set epoch = 3 where slot = 9');
      await expect(initialize()).rejects.toThrow(
        "slots 7-8 are claimed by shard-1 and shard-3; slots 9 are shard-1's in the directory, and of an older epoch at " +
          "shard-1, as if that were an old copy; slots 4000-4002 are nobody's; the directory says shard-2",
      );
      expect((await read()).map.epoch).toBe(1);
    });

    it('is not corrected beside a mover that believes in it, nor while a shard might know better', async () => {
      await moveSomeToShard3();
      await connected(directoryUrl, async (mover) => {
        await mover.query('select pg_advisory_lock($1)', [MOVER_LOCK]);
        await expect(initialize()).rejects.toThrow('a mover is at work by this map: stop it first');
      });
      await expect(initialize(new Map([...shardUrls, ['shard-2', nobody]]))).rejects.toThrow(
        'slots 0-99 may also be those of shard-2, which cannot be reached',
      );
      expect(await initialize()).toBe('corrected');
    });
  });
});
