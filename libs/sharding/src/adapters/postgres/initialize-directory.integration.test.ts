import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmptyPlatform, FIRST_MAP } from '../../../test/empty-platform.ts';
import { toSlot } from '../../slots/slot.ts';

const UNREACHABLE = 'postgres://groundwork@127.0.0.1:1/orders';

describe('the initialization of a directory', () => {
  let platform: EmptyPlatform;

  beforeEach(async () => {
    platform = await EmptyPlatform.open();
  });

  afterEach(async () => {
    await platform.close();
  });

  it('writes the first map and the slots of each shard; a second run changes nothing', async () => {
    expect(await platform.initialize()).toBe('initialized');
    expect(await platform.initialize()).toBe('kept');
    expect((await platform.read()).map.assignments).toEqual(FIRST_MAP.assignments);
    expect([...(await platform.read()).shardUrls.keys()]).toEqual(['shard-1', 'shard-2']);
    expect((await platform.ownedBy('shard-2')).slots).toHaveLength(2048);
    expect(await platform.ownedBy('shard-3')).toMatchObject({ name: null, epoch: 0, slots: [] });
  });

  it('is done once by two concurrent runs', async () => {
    expect((await Promise.all([platform.initialize(), platform.initialize()])).sort()).toEqual([
      'initialized',
      'kept',
    ]);
  });

  it('resumes a run that was interrupted between two shards', async () => {
    await platform.initialize();
    await platform.on('shard-2', 'delete from slot_ownership; update shard_state set ownership_epoch = 0');
    await platform.onDirectory('truncate slots, shards, slot_map cascade');
    expect(await platform.initialize()).toBe('initialized');
    expect((await platform.ownedBy('shard-2')).slots).toHaveLength(2048);
  });

  it('keeps an existing map and updates the address of a shard', async () => {
    await platform.initialize();
    await platform.initialize(new Map([...platform.shardUrls, ['shard-2', UNREACHABLE]]));
    expect((await platform.read()).shardUrls.get('shard-2')).toBe(UNREACHABLE);
  });

  it('restores a lost directory from the slots that the shards own', async () => {
    await platform.initialize();
    await platform.moveSomeToShard3();
    await platform.onDirectory('truncate slots, shards, slot_map cascade');
    const latestMs = await platform.storeOrderFromTheFuture();
    expect(await platform.initialize()).toBe('restored');
    const { map } = await platform.read();
    expect(map.epoch).toBe(5);
    expect([map.shardOf(toSlot(99)), map.shardOf(toSlot(100))]).toEqual(['shard-3', 'shard-1']);
    expect([98, 99].map((slot) => map.assignmentOf(toSlot(slot)).idsAfterMs)).toEqual([0, latestMs]);
    expect(['shard-1', 'shard-2', 'shard-3'].map((shard) => map.ownershipEpochOf(shard))).toEqual([5, 1, 5]);
  });

  it('refuses to restore a map from shards whose slots make no complete map', async () => {
    await platform.initialize();
    await platform.moveSomeToShard3();
    await platform.onDirectory('truncate slots, shards, slot_map cascade');
    await expect(
      platform.initialize(new Map([...platform.shardUrls, ['shard-3', UNREACHABLE]])),
    ).rejects.toThrow('slot 0 has no shard');
    await platform.on('shard-1', 'insert into slot_ownership values (50, 1)');
    await expect(platform.initialize()).rejects.toThrow('shard-1 and shard-3 both hold slot 50');
  });

  it('writes its name into each shard, and refuses an address of another shard', async () => {
    await platform.initialize();
    expect([(await platform.ownedBy('shard-1')).name, (await platform.ownedBy('shard-2')).name]).toEqual([
      'shard-1',
      'shard-2',
    ]);
    const exchanged = new Map([
      ['shard-1', platform.urlOf('shard-2')],
      ['shard-2', platform.urlOf('shard-1')],
    ]);
    await expect(platform.initialize(exchanged)).rejects.toMatchObject({ code: 'shard-named-otherwise' });
    expect((await platform.read()).shardUrls.get('shard-1')).toBe(platform.urlOf('shard-1'));
  });

  it('detects that two shards of an older release are one database', async () => {
    await platform.initialize();
    await platform.on('shard-2', 'update shard_state set name = null');
    await platform.onDirectory(
      `insert into shards (name, url) select 'shard-4', url from shards where name = 'shard-2'`,
    );
    await expect(platform.initialize()).rejects.toThrow(
      'the database at the address of shard-4 belongs to shard-2',
    );
  });
});
