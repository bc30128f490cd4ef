import { describe, expect, it } from '@jest/globals';
import { type Announced, type Invalidation } from '../tiers/tier.ts';
import { LatePurges } from './late-purges.ts';

function open() {
  const purges: [Invalidation, boolean, Announced][] = [];
  const late = new LatePurges(async (...purge) => void purges.push(purge));
  const outage = Promise.withResolvers<Announced>();
  const end = async () => {
    outage.resolve({ position: '7' });
    await new Promise((wake) => setImmediate(wake));
  };
  return { late, purges, delivered: outage.promise, end };
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
});
