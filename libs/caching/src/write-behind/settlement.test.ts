import { describe, expect, it } from '@jest/globals';
import { openWriteBehind } from '../../test/open-write-behind.ts';
import { type Bases } from './bases.ts';
import { Settlement } from './settlement.ts';
import { type LogEntry } from './write-log.ts';

/** A log whose first entries the store has applied, without a settlement: the flusher was killed in between. */
async function killedAfter(applied: number, count: number) {
  const { log, store, behind, views } = openWriteBehind({ maxEntries: 10_000 });
  for (let index = 0; index < count; index += 1) await views.add(`key-${index % 7}`);
  const { entries, state } = await log.read(0, count);
  if (applied > 0) await store.apply(state.log, 0, entries.slice(0, applied));
  const forgotten: LogEntry[] = [];
  let areForgotten = true;
  const bases = {
    forget: async (own: readonly LogEntry[]) => (forgotten.push(...own), areForgotten),
  } as unknown as Bases;
  const settlement = new Settlement(log, store, bases);
  const settles: [number, boolean][] = [];
  const settle = log.settle.bind(log);
  log.settle = (own, through, forgot) => (settles.push([through, forgot]), settle(own, through, forgot));
  return { log, store, behind, settlement, forgotten, settles, failToForget: () => (areForgotten = false) };
}

describe('the settlement', () => {
  it('forgets what the store has applied, and nothing else', async () => {
    const { behind, settlement, forgotten, settles } = await killedAfter(3, 5);
    await settlement.settleWhatIsApplied();
    expect(forgotten.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect(await behind.pending()).toMatchObject({ settled: 3, entries: 2 });
    expect(settles).toEqual([[3, true]]);
  });

  it('does nothing if nothing is applied, or all of it is settled', async () => {
    const { settlement, settles } = await killedAfter(0, 2);
    await settlement.settleWhatIsApplied();
    const other = await killedAfter(2, 2);
    await other.settlement.settleWhatIsApplied();
    await other.settlement.settleWhatIsApplied();
    expect([settles, other.settles]).toEqual([[], [[2, true]]]);
  });

  it('takes several steps for many entries', async () => {
    const { behind, settlement, forgotten, settles } = await killedAfter(1_100, 1_200);
    await settlement.settleWhatIsApplied();
    expect(settles).toEqual([
      [500, true],
      [1_000, true],
      [1_100, true],
    ]);
    expect(forgotten).toHaveLength(1_100);
    expect(await behind.pending()).toMatchObject({ settled: 1_100, entries: 100 });
  });

  it('tells the log when cached values could not be removed', async () => {
    const { settlement, settles, failToForget } = await killedAfter(1, 1);
    failToForget();
    await settlement.settleWhatIsApplied();
    expect(settles).toEqual([[1, false]]);
  });

  it('is done once for calls at the same time, and again for a later one', async () => {
    const { settlement, settles } = await killedAfter(2, 2);
    await Promise.all([settlement.settleWhatIsApplied(), settlement.settleWhatIsApplied()]);
    expect(settles).toEqual([[2, true]]);
    await settlement.settle('another log', [], 2);
    expect(settles).toHaveLength(2);
  });

  it('is done again when the store has applied more', async () => {
    const { log, store, settlement, settles } = await killedAfter(2, 4);
    await settlement.settleWhatIsApplied();
    const { entries, state } = await log.read(2, 10);
    await store.apply(state.log, 2, entries);
    await settlement.settleWhatIsApplied();
    expect(settles).toEqual([
      [2, true],
      [4, true],
    ]);
  });

  it('reaches the position of the store, also when the entries before it were lost', async () => {
    const { log, store, settlement, settles } = await killedAfter(1, 3);
    await store.skip(1, 9);
    await settlement.settleWhatIsApplied();
    expect(settles.at(-1)).toEqual([9, true]);
    expect((await log.read(0, 1)).state.settled).toBe(9);
  });
});
