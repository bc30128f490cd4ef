import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { type Admission } from './admission.ts';
import { Appender, sizeOf } from './appender.ts';
import { WriteLogUnavailable } from './errors.ts';
import { type AppendAnswer, type LogLimits, type Write, type WriteLog } from './write-log.ts';

const WRITE: Write = { collection: 'views', key: 'a', change: { op: 'add', amount: 1 } };
const WITH_KEY: Write = { ...WRITE, idempotencyKey: 'k' };
const LIMITS: LogLimits = { maxEntries: 10, maxBytes: 10_000 };

describe('an append to a log', () => {
  let clock: VirtualClock;
  let appends: number[];
  let woken: () => void;
  let state: { entries: number; bytes: number };
  beforeEach(() => {
    clock = new VirtualClock();
    [appends, woken, state] = [[], () => undefined, { entries: 0, bytes: 0 }];
  });

  const pass = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  /** @param answer answers the append of an index, from 0 */
  const open = (answer: (index: number) => Promise<AppendAnswer>, admit = async () => undefined as never) => {
    const log = {
      append: () => {
        appends.push(clock.monotonicMs());
        return answer(appends.length - 1);
      },
      read: async () => ({ entries: [], state: { log: 'l', last: 0, settled: 0, ...state } }),
      onChange: (wake: () => void) => {
        woken = wake;
        return () => undefined;
      },
    } as unknown as WriteLog;
    const admission = { acknowledged: 0, record: () => undefined, admit } as unknown as Admission;
    return new Appender({ log, admission, limits: LIMITS, maxWaiting: 5, maxWaitMs: 1_000, clock });
  };
  /** Moves the time until the append has ended. Returns its outcome, and how long it took. */
  const ended = async (append: Promise<unknown>) => {
    const startedAt = clock.monotonicMs();
    let end: { value?: unknown; error?: unknown; tookMs: number } | undefined;
    append.then(
      (value) => (end = { value, tookMs: clock.monotonicMs() - startedAt }),
      (error: unknown) => (end = { error, tookMs: clock.monotonicMs() - startedAt }),
    );
    for (let ms = 0; end === undefined && ms < 5_000; ms += 1) await clock.run(1);
    return end;
  };
  const refuse = (outcome: 'not-written' | 'unknown') => async () => {
    throw new WriteLogUnavailable(outcome);
  };

  it('is repeated after 20 ms, and after twice as long each time, up to 500 ms and its time', async () => {
    const end = await ended(open(refuse('not-written')).append(WRITE, { timeoutMs: 2_120 }));
    expect(appends).toEqual([0, 20, 60, 140, 300, 620, 1_120, 1_620]);
    expect(end).toMatchObject({ error: { code: 'write-log-unavailable' }, tookMs: 1_620 });
  });

  it('is not repeated after it was closed', async () => {
    const appender = open(refuse('not-written'));
    const appending = ended(appender.append(WRITE, { timeoutMs: 2_000 }));
    appender.close();
    expect(await appending).toMatchObject({ error: { outcome: 'not-written' }, tookMs: 0 });
    expect(appends).toEqual([0]);
  });

  it('is not repeated after a fault of the program, also with an idempotency key', async () => {
    const fault = new TypeError('a fault');
    const appender = open(() => Promise.reject(fault));
    expect(await ended(appender.append(WITH_KEY, {}))).toMatchObject({ error: fault });
    expect(appends).toEqual([0]);
  });

  it('is repeated after each admission, until its time is over', async () => {
    const admitted: number[] = [];
    const appender = open(
      async () => ({ outcome: 'not-admitted' }),
      async () => {
        await pass(125);
        return admitted.push(clock.monotonicMs()) as never;
      },
    );
    expect(await ended(appender.append(WRITE, { timeoutMs: 250 }))).toMatchObject({
      error: { code: 'write-log-unavailable', outcome: 'not-written' },
      tookMs: 250,
    });
    expect(admitted).toEqual([125, 250]);
  });

  it('succeeds after an admission', async () => {
    const appender = open(async (index) =>
      index === 0 ? { outcome: 'not-admitted' } : { outcome: 'appended', position: 7 },
    );
    expect(await ended(appender.append(WRITE, {}))).toMatchObject({ value: 7 });
  });

  it('returns nothing when the key has changed', async () => {
    const appender = open(async () => ({ outcome: 'changed' }));
    expect(await ended(appender.append(WRITE, {}, { settled: 0, position: 0 }))).toMatchObject({
      value: undefined,
    });
    expect(appends).toHaveLength(1);
  });

  it.each([99, 100])('is refused when the log answers that it is full after %d of 100 ms', async (ms) => {
    const appender = open(async () => {
      await pass(ms);
      return { outcome: 'full' };
    });
    [state.entries] = [LIMITS.maxEntries];
    const end = await ended(appender.append(WRITE, { timeoutMs: 100 }));
    expect(end).toMatchObject({ tookMs: 100, error: { code: 'write-log-full' } });
    expect((end?.error as Error).message).toMatch(/^the write-behind log is full/);
    expect((end?.error as Error).cause).toEqual(
      ms === 100 ? undefined : expect.objectContaining({ reason: 'wait-too-long' }),
    );
  });

  it('does not ask a log all the time that is full although its state shows room', async () => {
    await ended(open(async () => ({ outcome: 'full' })).append(WRITE, { timeoutMs: 1_000 }));
    expect(appends.length).toBeGreaterThan(5);
    expect(appends.length).toBeLessThanOrEqual(12);
  });

  it('is refused while it waits for room when the process shuts down', async () => {
    const appender = open(async () => ({ outcome: 'full' }));
    [state.entries] = [LIMITS.maxEntries];
    const appending = ended(appender.append(WRITE, { timeoutMs: 5_000 }));
    await clock.run(10);
    appender.close();
    expect(await appending).toMatchObject({ error: { code: 'write-behind-closed' } });
    expect(await ended(appender.append(WRITE, {}))).toMatchObject({ error: { code: 'write-behind-closed' } });
  });

  it('is served at once when the log tells about room', async () => {
    const appender = open(async (index) =>
      index === 0 ? { outcome: 'full' } : { outcome: 'appended', position: 1 },
    );
    [state.entries] = [LIMITS.maxEntries];
    const appending = ended(appender.append(WRITE, {}));
    await clock.run(10);
    expect(appender.waiting).toBe(1);
    [state.entries] = [0];
    woken();
    expect(await appending).toMatchObject({ value: 1 });
    expect(clock.monotonicMs()).toBeLessThan(50);
  });

  it.each([
    [LIMITS.maxBytes - sizeOf(WRITE), true],
    [LIMITS.maxBytes - sizeOf(WRITE) + 1, false],
  ])('waits for room of exactly its bytes: %d bytes in use', async (bytes, hasRoom) => {
    const appender = open(async (index) =>
      index === 0 ? { outcome: 'full' } : { outcome: 'appended', position: 1 },
    );
    [state.bytes] = [bytes];
    const end = await ended(appender.append(WRITE, { timeoutMs: 500 }));
    expect(end).toMatchObject(hasRoom ? { value: 1 } : { error: { code: 'write-log-full' } });
  });

  it('does not harm the others when a caller leaves while the log is asked', async () => {
    const appender = open(async (index) =>
      index === 0 ? { outcome: 'full' } : { outcome: 'appended', position: 1 },
    );
    const controller = new AbortController();
    const leaving = ended(appender.append(WRITE, { signal: controller.signal }));
    controller.abort(new Error('gone'));
    expect(await leaving).toMatchObject({ error: { message: 'gone' } });
    expect(await ended(appender.append(WRITE, {}))).toMatchObject({ value: 1 });
  });
});

describe('the size of a write', () => {
  it.each<[Write, number]>([
    [WRITE, 256 + 6],
    [WITH_KEY, 256 + 7],
    [{ ...WRITE, change: { op: 'put', json: '"é"' } }, 256 + 6 + 4],
    [{ ...WRITE, change: { op: 'delete' } }, 256 + 6],
  ])('of %j is %d bytes', (write, bytes) => {
    expect(sizeOf(write)).toBe(bytes);
  });
});
