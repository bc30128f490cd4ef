import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { type Announced, type Invalidation } from '../tiers/tier.ts';
import { LatePurges } from './late-purges.ts';

function open() {
  const purges: [Invalidation, boolean, Announced][] = [];
  const clock = new VirtualClock();
  const store = { isAway: false };
  const late = new LatePurges(async (...purge) => {
    purges.push(purge);
    return store.isAway ? 'failed' : 'queued';
  }, clock);
  const outage = Promise.withResolvers<Announced>();
  const end = async () => {
    outage.resolve({ position: '7' });
    await new Promise((wake) => setImmediate(wake));
  };
  return { late, purges, clock, store, delivered: outage.promise, end };
}
const ANSWER = { position: '7' };

describe('the purges of changes that L2 receives late', () => {
  it('are done once when L2 has the changes, merged, hard and soft ones apart', async () => {
    const { late, purges, delivered, end } = open();
    late.add({ keys: ['k'], tags: ['a'] }, false, delivered);
    late.add({ tags: ['a', 'b'] }, false, delivered);
    late.add({ tags: ['b', 'c'] }, true, delivered);
    expect(purges).toEqual([]);
    await end();
    expect(purges).toEqual([
      [{ tags: ['k', 'a', 'b'] }, false, ANSWER],
      [{ tags: ['b', 'c'] }, true, ANSWER],
    ]);
  });

  it.each([false, true])('are one of everything after a change of everything (soft: %s)', async (soft) => {
    const { late, purges, delivered, end } = open();
    late.add({ tags: ['a'] }, false, delivered);
    late.add({ everything: true }, soft, delivered);
    late.add({ tags: ['b'] }, true, delivered);
    await end();
    expect(purges).toEqual([[{ everything: true }, false, ANSWER]]);
  });

  it('are one of everything if an outage is so long that they have more than 1,000 names', async () => {
    const { late, purges, delivered, end } = open();
    const other = open();
    for (let index = 0; index < 500; index += 1)
      for (const each of [late, other.late]) {
        const outage = each === late ? delivered : other.delivered;
        each.add({ tags: [`hard-${index}`] }, false, outage);
        each.add({ tags: [`soft-${index}`] }, true, outage);
      }
    other.late.add({ keys: ['one-more'] }, true, other.delivered);
    await end();
    await other.end();
    expect(purges.map(([{ tags }]) => tags?.length)).toEqual([500, 500]);
    expect(other.purges).toEqual([[{ everything: true }, false, ANSWER]]);
  });

  it('of two outages are done apart', async () => {
    const { late, purges, delivered, end } = open();
    const later = Promise.withResolvers<Announced>();
    late.add({ tags: ['first'] }, false, delivered);
    late.add({ tags: ['second'] }, false, later.promise);
    await end();
    expect(purges).toEqual([[{ tags: ['first'] }, false, ANSWER]]);
    late.add({ tags: ['third'] }, false, later.promise);
    later.resolve({});
    await later.promise;
    await new Promise((wake) => setImmediate(wake));
    expect(purges.slice(1)).toEqual([[{ tags: ['second', 'third'] }, false, {}]]);
  });

  it('are repeated until they are stored, later each time, with those of later outages', async () => {
    const { late, purges, clock, store, delivered, end } = open();
    store.isAway = true;
    late.add({ tags: ['a'] }, false, delivered);
    late.add({ tags: ['s'] }, true, delivered);
    await end();
    expect(purges).toHaveLength(2);
    await clock.run(499);
    expect(purges).toHaveLength(2);
    await clock.run(1);
    expect(purges).toHaveLength(4);
    const later = Promise.resolve<Announced>({ position: '8' });
    late.add({ tags: ['b'] }, false, later);
    await clock.run(999);
    expect(purges).toHaveLength(4);
    store.isAway = false;
    await clock.run(1);
    expect(purges.slice(4)).toEqual([
      [{ tags: ['a', 'b'] }, false, { position: '8' }],
      [{ tags: ['s'] }, true, { position: '8' }],
    ]);
    await clock.run(100_000);
    expect([purges.length, clock.timers]).toEqual([6, 0]);
  });

  it('wait at most 30 s for the next attempt, and start with a short wait after a success', async () => {
    const { late, purges, clock, store, delivered, end } = open();
    store.isAway = true;
    late.add({ everything: true }, false, delivered);
    await end();
    await clock.run(600_000);
    const before = purges.length;
    await clock.run(30_000);
    expect(purges).toHaveLength(before + 1);
    store.isAway = false;
    await clock.run(30_000);
    store.isAway = true;
    late.add({ tags: ['a'] }, false, Promise.resolve({}));
    await clock.run(500);
    expect(purges.slice(before + 2).map(([{ tags }]) => tags)).toEqual([['a'], ['a']]);
    late.close();
    await clock.run(600_000);
    expect([purges.length, clock.timers]).toEqual([before + 4, 0]);
  });
});
