import { createTestDatabase, type TestDatabase } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { SlotMap } from '../../slots/slot-map.ts';
import { toSlot } from '../../slots/slot.ts';
import { DIRECTORY_TABLES_SQL } from './directory-tables.ts';
import { initializeDirectory } from './initialize-directory.ts';
import { readOwnership } from './ownership.ts';
import { SlotDirectory } from './slot-directory.ts';
import { SLOT_TABLES_SQL } from './slot-tables.ts';

const firstMap = SlotMap.parse('0-2047=shard-1,2048-4095=shard-2');
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
    await on(directory, DIRECTORY_TABLES_SQL.up);
    for (const url of [one, two, three]) await on(url, SLOT_TABLES_SQL.up);
  });

  afterEach(async () => {
    for (const database of databases) await database.drop();
  });

  async function on(url: string, sql: string): Promise<void> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(sql);
    await client.end();
  }

  const initialize = (urls = shardUrls) => initializeDirectory({ directoryUrl, shardUrls: urls, firstMap });
  const loseDirectory = () => on(directoryUrl, 'truncate slots, shards, slot_map');
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
    expect((await readOwnership(urlOf('shard-2'))).slots).toHaveLength(2048);
    expect(await readOwnership(urlOf('shard-3'))).toEqual({ epoch: 0, slots: [] });
  });

  it('is initialized once by two runs at the same time', async () => {
    expect((await Promise.all([initialize(), initialize()])).sort()).toEqual(['initialized', 'kept']);
  });

  it('goes on where a run was cut off between two shards', async () => {
    await initialize();
    await on(urlOf('shard-2'), 'delete from slot_ownership; update shard_state set ownership_epoch = 0');
    await loseDirectory();
    expect(await initialize()).toBe('initialized');
    expect((await readOwnership(urlOf('shard-2'))).slots).toHaveLength(2048);
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
    const before = Date.now();
    expect(await initialize()).toBe('restored');
    const { map } = await read();
    expect(map.epoch).toBe(5);
    expect([map.shardOf(toSlot(99)), map.shardOf(toSlot(100))]).toEqual(['shard-3', 'shard-1']);
    expect(map.assignmentOf(toSlot(99)).idsAfterMs).toBeGreaterThanOrEqual(before);
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
});
