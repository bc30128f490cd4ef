import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Write, type WriteLog } from '../write-behind/write-log.ts';

const LIMITS = { maxEntries: 100, maxBytes: 1_000_000 };

const add = (key: string, amount = 1, idempotencyKey?: string): Write => ({
  ...{ collection: 'views', key, change: { op: 'add', amount }, idempotencyKey },
});
const put = (key: string, json: string): Write => ({ collection: 'carts', key, change: { op: 'put', json } });
const remove = (key: string): Write => ({ collection: 'carts', key, change: { op: 'delete' } });

export interface OpenWriteLog {
  readonly log: WriteLog;
  close(): void | Promise<void>;
}

/**
 * Tests the guarantees of every write-behind log (write-behind/write-log.ts).
 *
 * @param open opens an empty log under this name
 */
export function describeWriteLog(name: string, open: (name: string) => Promise<OpenWriteLog>): void {
  const admit = async (log: WriteLog, stored: number) => log.admit(await log.identify(), stored);
  const settle = async (log: WriteLog, through: number, areForgotten = true) =>
    log.settle((await log.identify()).log, through, areForgotten);
  const run = async (test: (log: WriteLog) => Promise<void>, stored: number | null = 0) => {
    const { log, close } = await open(randomUUID());
    try {
      if (stored !== null) await admit(log, stored);
      await test(log);
    } finally {
      await close();
    }
  };
  const append = async (log: WriteLog, write: Write) => {
    const answer = await log.append(write, LIMITS);
    if (answer.outcome !== 'appended') throw new Error(`not appended: ${answer.outcome}`);
    return answer.position;
  };

  describe(`${name}, as a write-behind log`, () => {
    it('gives entries positions without a gap, and returns them in this order', () =>
      run(async (log) => {
        expect(await append(log, add('a', 3))).toBe(1);
        expect(await append(log, put('b', '{"n":"ä"}'))).toBe(2);
        expect(await append(log, remove('b'))).toBe(3);
        expect((await log.read(0, 10)).entries).toEqual([
          { position: 1, collection: 'views', key: 'a', change: { op: 'add', amount: 3 } },
          { position: 2, collection: 'carts', key: 'b', change: { op: 'put', json: '{"n":"ä"}' } },
          { position: 3, collection: 'carts', key: 'b', change: { op: 'delete' } },
        ]);
        expect((await log.read(1, 1)).entries.map(({ position }) => position)).toEqual([2]);
        expect((await log.read(0, 10)).state).toMatchObject({ last: 3, settled: 0, entries: 3 });
      }));

    it('keeps an idempotency key with its entry', () =>
      run(async (log) => {
        await append(log, add('a', 1, 'once'));
        const [entry] = (await log.read(0, 10)).entries;
        expect(entry).toMatchObject({ idempotencyKey: 'once' });
      }));

    it('appends once for an idempotency key of a key, also for some time after it has settled', () =>
      run(async (log) => {
        expect(await append(log, add('a', 1, 'once'))).toBe(1);
        expect(await append(log, add('a', 1, 'once'))).toBe(1);
        expect(await append(log, add('b', 1, 'once'))).toBe(2);
        expect(await append(log, { ...add('a', 1, 'once'), collection: 'other' })).toBe(3);
        await settle(log, 3);
        expect(await append(log, add('a', 1, 'once'))).toBe(1);
        expect(await append(log, add('a', 1, 'twice'))).toBe(4);
      }));

    it('settles and admits nothing of another log or server', () =>
      run(async (log) => {
        await append(log, add('a'));
        await log.settle('another', 1, true);
        expect((await log.read(0, 10)).entries).toHaveLength(1);
        const identity = await log.identify();
        expect(identity.isNew).toBe(false);
        expect(await log.admit({ ...identity, log: 'another' }, 50)).toBeUndefined();
        expect(await log.admit({ ...identity, server: 'another' }, 50)).toBeUndefined();
        expect(await append(log, add('a'))).toBe(2);
      }));

    it('knows what is pending for a key: the sum of a counter, the newest change of a document', () =>
      run(async (log) => {
        const nothing = { settled: 0, position: 0, sum: 0, change: undefined, floor: 0 };
        expect(await log.pending('views', 'a')).toEqual(nothing);
        await append(log, add('a', 5));
        await append(log, add('a', -2));
        await append(log, add('b', 40));
        await append(log, put('a', '1'));
        await append(log, put('a', '2'));
        expect(await log.pending('views', 'a')).toEqual({ ...nothing, position: 2, sum: 3 });
        expect(await log.pending('carts', 'a')).toEqual({
          ...nothing,
          position: 5,
          change: { op: 'put', json: '2' },
        });
        await append(log, remove('a'));
        expect(await log.pending('carts', 'a')).toMatchObject({ position: 6, change: { op: 'delete' } });
      }));

    it('forgets what is settled, and keeps what came after it', () =>
      run(async (log) => {
        for (const amount of [1, 10, 100]) await append(log, add('a', amount, String(amount)));
        await append(log, put('b', '1'));
        await settle(log, 2);
        expect(await log.pending('views', 'a')).toMatchObject({ settled: 2, position: 3, sum: 100 });
        expect(await log.pending('carts', 'b')).toMatchObject({ settled: 2, position: 4 });
        expect((await log.read(0, 10)).entries.map(({ position }) => position)).toEqual([3, 4]);
        await settle(log, 4);
        expect(await log.pending('views', 'a')).toMatchObject({ position: 0, sum: 0 });
        expect(await log.pending('carts', 'b')).toMatchObject({ position: 0, change: undefined });
        expect((await log.read(0, 10)).state).toMatchObject({ last: 4, settled: 4, entries: 0, bytes: 0 });
        expect(await append(log, add('a'))).toBe(5);
      }));

    it('ignores a settlement that comes late', () =>
      run(async (log) => {
        for (let count = 0; count < 3; count += 1) await append(log, add('a'));
        await settle(log, 2);
        await settle(log, 1, false);
        expect(await log.pending('views', 'a')).toMatchObject({ settled: 2, sum: 1, floor: 0 });
      }));

    it('keeps the position below which no cached value is served', () =>
      run(async (log) => {
        for (let count = 0; count < 3; count += 1) await append(log, add('a'));
        await settle(log, 2, false);
        expect(await log.pending('views', 'b')).toMatchObject({ floor: 2 });
        await settle(log, 3);
        expect(await log.pending('views', 'b')).toMatchObject({ floor: 2 });
      }));

    it('refuses an entry beyond its limits, and has room again after a settlement', () =>
      run(async (log) => {
        const two = { ...LIMITS, maxEntries: 2 };
        await log.append(add('a'), two);
        await log.append(add('a'), two);
        expect(await log.append(add('a'), two)).toEqual({ outcome: 'full' });
        await settle(log, 1);
        expect(await log.append(add('a'), two)).toEqual({ outcome: 'appended', position: 3 });
        const { bytes } = (await log.read(0, 0)).state;
        expect(await log.append(add('a'), { ...LIMITS, maxBytes: bytes + 1 })).toEqual({ outcome: 'full' });
        expect((await log.pending('views', 'a')).sum).toBe(2);
      }));

    it('appends on a condition only if the key is as it was seen', () =>
      run(async (log) => {
        const none = await log.pending('carts', 'a');
        expect((await log.append(put('a', '1'), LIMITS, none)).outcome).toBe('appended');
        expect((await log.append(put('a', '2'), LIMITS, none)).outcome).toBe('changed');
        const first = await log.pending('carts', 'a');
        await append(log, put('b', '1'));
        expect((await log.append(put('a', '2'), LIMITS, first)).outcome).toBe('appended');
        const settledBefore = await log.pending('carts', 'c');
        await settle(log, 1);
        expect((await log.append(put('c', '1'), LIMITS, settledBefore)).outcome).toBe('changed');
        const pending = await log.pending('carts', 'a');
        await settle(log, 2);
        expect((await log.append(put('a', '3'), LIMITS, pending)).outcome).toBe('appended');
      }));

    it('accepts nothing before it is compared with the store', () =>
      run(async (log) => {
        expect(await log.append(add('a'), LIMITS)).toEqual({ outcome: 'not-admitted' });
        expect(await admit(log, 7)).toMatchObject({ last: 0, settled: 0, entries: 0, bytes: 0 });
        expect(await append(log, add('a'))).toBe(8);
        expect(await admit(log, 3)).toMatchObject({ last: 8, entries: 1 });
        expect(await append(log, add('a'))).toBe(9);
      }, null));

    it('wakes its listeners when an empty log gets an entry, and when entries are forgotten', () =>
      run(async (log) => {
        let wakes = 0;
        const woken = async (atLeast: number) => {
          while (wakes < atLeast) await new Promise((resolve) => setImmediate(resolve));
        };
        const stop = log.onChange(() => (wakes += 1));
        // The beginning of a subscription may wake, too.
        let before: number;
        do {
          before = wakes;
          await append(log, add('a'));
          await settle(log, (await log.read(0, 10)).state.last);
          for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        } while (wakes < before + 2);
        before = wakes;
        await append(log, add('a'));
        await woken(before + 1);
        stop();
      }));
  });
}
