import { describe, expect, it } from '@jest/globals';
import { toSlot } from '../slots/slot.ts';
import { type SagaLog, type SagaRecord } from './saga-log.ts';

const LONG_MS = 60_000;

/** Tests the guarantees of every saga log. `open` returns a log without sagas; a lease of 0 ms expires immediately. */
export function describeSagaLog(name: string, open: () => Promise<SagaLog> | SagaLog): void {
  describe(`${name} as a saga log`, () => {
    const saga = (id = 'one') => ({ slot: toSlot(17), id, saga: 'move-house', context: { from: 'a' } });
    const begin = async (log: SagaLog, leaseMs: number, id?: string): Promise<SagaRecord> =>
      (await log.begin(saga(id), leaseMs)).record;

    it('stores a saga once when several calls start it', async () => {
      const log = await open();
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => log.begin(saga(), LONG_MS)));
      expect(outcomes.filter(({ begun }) => begun)).toHaveLength(1);
      expect(await log.find(saga())).toEqual({
        ...saga(),
        ...{ state: 'running', step: 0, attempts: 0, failure: undefined, lease: 1 },
      });
      expect(await log.find({ slot: toSlot(17), id: 'other' })).toBeUndefined();
      expect(await log.find({ slot: toSlot(18), id: 'one' })).toBeUndefined();
    });

    it('returns the state that was saved last', async () => {
      const log = await open();
      const begun = await begin(log, LONG_MS);
      const failure = { code: 'no-room', message: 'no room' };
      const saved = { ...begun, state: 'compensating', step: 2, attempts: 3, failure } as const;
      await log.save({ ...saved, context: { from: 'a', to: ['b', 1, null] } }, LONG_MS);
      expect(await log.find(saga())).toEqual({ ...saved, context: { from: 'a', to: ['b', 1, null] } });
    });

    it('leases an unfinished saga to one caller, and only after its lease has expired', async () => {
      const log = await open();
      await begin(log, LONG_MS, 'held');
      await begin(log, 0, 'abandoned');
      await log.save({ ...(await begin(log, LONG_MS, 'done')), state: 'done' }, 0);
      await log.save({ ...(await begin(log, LONG_MS, 'undone')), state: 'compensated' }, 0);
      const taken = await Promise.all([log.takeAbandoned(10, LONG_MS), log.takeAbandoned(10, LONG_MS)]);
      expect(taken.flat().map(({ id, lease }) => [id, lease])).toEqual([['abandoned', 2]]);
    });

    it('lists unfinished sagas of the minimum age, the oldest first', async () => {
      const log = await open();
      await begin(log, LONG_MS, 'first');
      const second = await begin(log, 0, 'second');
      await log.save({ ...second, state: 'compensating', step: 1 }, 0);
      await log.save({ ...(await begin(log, LONG_MS, 'done')), state: 'done' }, 0);
      const found = await log.unfinished(0, 10);
      expect(found.map(({ id, state, step }) => [id, state, step])).toEqual([
        ['first', 'running', 0],
        ['second', 'compensating', 1],
      ]);
      expect(found[0]).toMatchObject({ slot: 17, saga: 'move-house', begunAt: expect.any(Date) });
      expect(await log.unfinished(0, 1)).toHaveLength(1);
      expect(await log.unfinished(LONG_MS, 10)).toEqual([]);
    });

    it('forgets only sagas that ended long enough ago', async () => {
      const log = await open();
      await begin(log, 0, 'running');
      await log.save({ ...(await begin(log, LONG_MS, 'done')), state: 'done' }, 0);
      await log.save({ ...(await begin(log, LONG_MS, 'undone')), state: 'compensated' }, 0);
      expect(await log.forgetEnded(LONG_MS, 10)).toBe(0);
      expect(await log.forgetEnded(0, 1)).toBe(1);
      expect(await log.forgetEnded(0, 10)).toBe(1);
      expect(await log.find(saga('done'))).toBeUndefined();
      expect(await log.find(saga('undone'))).toBeUndefined();
      expect(await log.find(saga('running'))).toBeDefined();
    });

    it('accepts progress only from the last runner', async () => {
      const log = await open();
      const first = await begin(log, 0);
      await log.save({ ...first, step: 1 }, 0);
      const [second] = await log.takeAbandoned(1, LONG_MS);
      await expect(log.save({ ...first, step: 2 }, LONG_MS)).rejects.toMatchObject({
        code: 'saga-lease-lost',
      });
      await log.save({ ...second!, step: 5 }, LONG_MS);
      expect((await log.find(saga()))?.step).toBe(5);
      await expect(log.save({ ...first, id: 'never begun' }, LONG_MS)).rejects.toMatchObject({
        code: 'saga-lease-lost',
      });
    });
  });
}
