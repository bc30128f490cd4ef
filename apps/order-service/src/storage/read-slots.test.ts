import { SlotLoad, SlotMap, toSlot } from '@groundwork/sharding';
import { describe, expect, it } from '@jest/globals';
import { type EntityManager } from 'typeorm';
import { readSlots } from './read-slots.ts';
import { type Shard } from './shard.ts';
import { Shards } from './shards.ts';

describe('a read of several slots', () => {
  it('counts once for each slot', async () => {
    const shardUrls = new Map([
      ['one', 'postgres://one'],
      ['two', 'postgres://two'],
    ]);
    const map = SlotMap.parse('0-2047=one,2048-4095=two', shardUrls.keys());
    const manager = { query: () => Promise.resolve([]) } as unknown as EntityManager;
    const shardOf = (name: string) =>
      ({
        name,
        run: (work: (own: { manager: EntityManager }) => unknown) => work({ manager }),
      }) as unknown as Shard;
    const directory = {
      current: { map, shardUrls },
      newerThan: () => Promise.resolve(false),
      onChange: () => undefined,
    };
    const load = new SlotLoad();
    const shards = new Shards(directory as never, shardOf, load);
    const slots = [7, 7, 3_000].map(toSlot);
    for (let time = 0; time < 30; time++) {
      expect(await readSlots(shards, slots, (_, own) => Promise.resolve([...own]))).toEqual([7, 3_000]);
    }
    expect(load.tick(1_000).busiest).toEqual([
      { slot: 7, operationsPerSecond: 30 },
      { slot: 3_000, operationsPerSecond: 30 },
    ]);
  });
});
