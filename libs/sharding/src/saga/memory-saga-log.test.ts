import { beforeEach, describe, expect, it } from '@jest/globals';
import { toSlot } from '../slots/slot.ts';
import { MemorySagaLog } from './memory-saga-log.ts';

describe('the saga log in memory', () => {
  let nowMs: number;
  let log: MemorySagaLog;

  beforeEach(() => {
    nowMs = 1_000;
    log = new MemorySagaLog(() => nowMs);
  });

  const begin = async (id: string, leaseMs: number) =>
    (await log.begin({ slot: toSlot(1), id, saga: 'move-house', context: {} }, leaseMs)).record;
  const taken = async (limit: number) => (await log.takeAbandoned(limit, 60_000)).map(({ id }) => id);
  const unfinished = async (olderThanMs: number) =>
    (await log.unfinished(olderThanMs, 10)).map(({ id }) => id);

  it('leases first what was abandoned first, at the moment at which a lease expires', async () => {
    await begin('third', 30);
    await begin('first', 10);
    await begin('second', 20);
    nowMs += 9;
    expect(await taken(10)).toEqual([]);
    nowMs += 1;
    expect(await taken(10)).toEqual(['first']);
    nowMs += 20;
    expect(await taken(1)).toEqual(['second']);
    expect(await taken(10)).toEqual(['third']);
  });

  it('lists the oldest sagas first, from the given age on, by when they began', async () => {
    const old = await begin('old', 60_000);
    nowMs += 10;
    await begin('young', 60_000);
    nowMs += 10;
    await log.save({ ...old, step: 1 }, 60_000);
    expect(await unfinished(0)).toEqual(['old', 'young']);
    expect(await unfinished(10)).toEqual(['old', 'young']);
    expect(await unfinished(11)).toEqual(['old']);
    expect(await unfinished(20)).toEqual(['old']);
    expect(await unfinished(21)).toEqual([]);
  });

  it('forgets an ended saga at the given age', async () => {
    await log.save({ ...(await begin('done', 60_000)), state: 'done' }, 0);
    nowMs += 10;
    expect(await log.forgetEnded(11, 10)).toBe(0);
    expect(await log.forgetEnded(10, 10)).toBe(1);
  });
});
