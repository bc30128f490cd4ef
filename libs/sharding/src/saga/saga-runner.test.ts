import { describe, expect, it } from '@jest/globals';
import { toSlot } from '../slots/slot.ts';
import { MemorySagaLog } from './memory-saga-log.ts';
import { describeSagaLog } from './saga-log.conformance.ts';
import { SagaLeaseLostError } from './saga-lease-lost.error.ts';
import { SagaRecovery } from './saga-recovery.ts';
import { SagaRunner, type SagaRunnerOptions } from './saga-runner.ts';
import { type Saga, type SagaStep } from './saga.ts';

class Failing extends Error {
  readonly code = 'failing';
  constructor(readonly retryable: boolean) {
    super('it fails');
  }
}

interface Travel {
  readonly booked?: readonly string[];
}

/** A saga of steps a, b, c that records its actions. The test decides which action fails. */
function travels(fails: (what: string, nth: number) => Error | undefined = () => undefined, pivot = '') {
  const happened: string[] = [];
  const act = (what: string) => {
    const nth = happened.filter((earlier) => earlier === what).length + 1;
    happened.push(what);
    const error = fails(what, nth);
    if (error !== undefined) throw error;
  };
  const step = (name: string): SagaStep<Travel> => ({
    name,
    isPivot: name === pivot,
    run: async ({ booked = [] }) => {
      act(name);
      return Promise.resolve({ booked: [...booked, name] });
    },
    compensate: async () => Promise.resolve(act(`undo ${name}`)),
  });
  return { happened, saga: { name: 'travel', steps: ['a', 'b', 'c'].map(step) } satisfies Saga<Travel> };
}

const begin = { slot: toSlot(1), id: 'trip', saga: 'travel', context: {} };
const only =
  (wanted: string, error: Error, times = Infinity) =>
  (what: string, nth: number) =>
    what === wanted && nth <= times ? error : undefined;

function runnerOf(saga: Saga<Travel>, options: Partial<SagaRunnerOptions> = {}) {
  const log = new MemorySagaLog();
  const runner = new SagaRunner({
    log,
    sagas: [saga],
    backoffMs: () => 0,
    maxAttempts: 3,
    asideMs: 0,
    ...options,
  });
  const recovery = new SagaRecovery({
    log,
    runner,
    onError: (error) => {
      throw error;
    },
  });
  return { log, runner, recovery };
}

describeSagaLog('the memory', () => new MemorySagaLog());

describe('a saga', () => {
  it('runs its steps in order, passes on their results, and starts once', async () => {
    const { happened, saga } = travels();
    const { runner } = runnerOf(saga);
    const { record, begun } = await runner.start(begin);
    expect([begun, record.state, record.context]).toEqual([true, 'done', { booked: ['a', 'b', 'c'] }]);
    expect(await runner.start(begin)).toMatchObject({ begun: false, record: { state: 'done' } });
    expect(happened).toEqual(['a', 'b', 'c']);
  });

  it('compensates the failed step and all steps before it in reverse order after a final error', async () => {
    const { happened, saga } = travels(only('b', new Failing(false)));
    const { record } = await runnerOf(saga).runner.start(begin);
    expect(record).toMatchObject({ state: 'compensated', failure: { code: 'failing', message: 'it fails' } });
    expect(happened).toEqual(['a', 'b', 'undo b', 'undo a']);
  });

  it('retries a bounded number of times after a retryable error', async () => {
    const twice = travels(only('b', new Failing(true), 2));
    expect((await runnerOf(twice.saga).runner.start(begin)).record.state).toBe('done');
    expect(twice.happened).toEqual(['a', 'b', 'b', 'b', 'c']);
    const always = travels(only('b', new Failing(true)));
    expect((await runnerOf(always.saga).runner.start(begin)).record.state).toBe('compensated');
    expect(always.happened).toEqual(['a', 'b', 'b', 'b', 'undo b', 'undo a']);
  });

  it('is deferred while compensation fails, and compensated once it succeeds', async () => {
    const both = (what: string, nth: number) =>
      only('b', new Failing(false))(what, nth) ?? only('undo a', new Failing(true), 4)(what, nth);
    const { happened, saga } = travels(both);
    const { runner, recovery, log } = runnerOf(saga);
    expect((await runner.start(begin)).record.state).toBe('compensating');
    expect(await recovery.recover()).toBe(1);
    expect((await log.find(begin))?.state).toBe('compensated');
    expect(happened.filter((what) => what === 'undo a')).toHaveLength(5);
  });

  it.each([true, false])('is never compensated behind its pivot (retryable: %s)', async (retryable) => {
    const { happened, saga } = travels(only('c', new Failing(retryable), 4), 'b');
    const { runner, recovery, log } = runnerOf(saga);
    expect((await runner.start(begin)).record.state).toBe('running');
    while ((await recovery.recover()) > 0);
    expect((await log.find(begin))?.state).toBe('done');
    expect(happened.slice(0, 2)).toEqual(['a', 'b']);
    expect(new Set(happened.slice(2))).toEqual(new Set(['c']));
  });

  it('that was abandoned resumes after the last recorded step', async () => {
    const { happened, saga } = travels();
    const { log, recovery } = runnerOf(saga);
    const { record } = await log.begin(begin, 0);
    await log.save({ ...record, step: 1, context: { booked: ['a'] } }, 0);
    expect(await recovery.recover()).toBe(1);
    expect(await log.find(begin)).toMatchObject({ state: 'done', context: { booked: ['a', 'b', 'c'] } });
    expect(happened).toEqual(['b', 'c']);
  });

  it('stops when another runner has taken it', async () => {
    let takeOver: () => Promise<unknown> = () => Promise.resolve();
    const { happened, saga } = travels();
    const [a, b, c] = saga.steps as [SagaStep<Travel>, SagaStep<Travel>, SagaStep<Travel>];
    const slow = { ...b, run: async (context: Travel) => (await takeOver(), b.run(context, begin)) };
    const { log, runner } = runnerOf({ name: 'travel', steps: [a, slow, c] }, { leaseMs: 0 });
    takeOver = () => log.takeAbandoned(1, 60_000);
    await expect(runner.start(begin)).rejects.toMatchObject({ code: 'saga-lease-lost', retryable: true });
    expect(happened).toEqual(['a', 'b']);
  });

  it('of an unknown type is refused with unknown-saga', async () => {
    const { log, runner } = runnerOf(travels().saga);
    const { record } = await log.begin({ ...begin, saga: 'from the future' }, 0);
    await expect(runner.resume(record)).rejects.toMatchObject({ code: 'unknown-saga', retryable: false });
  });

  it.each(['b', 'c'])('is compensated when it fails before it has passed its pivot %s', async (pivot) => {
    const { happened, saga } = travels(only('b', new Failing(false)), pivot);
    expect((await runnerOf(saga).runner.start(begin)).record.state).toBe('compensated');
    expect(happened).toEqual(['a', 'b', 'undo b', 'undo a']);
  });

  it('saves each step of its way back, and reports a compensation that fails', async () => {
    const both = (what: string, nth: number) =>
      only('b', new Failing(false))(what, nth) ?? only('undo b', new Failing(true), 1)(what, nth);
    const failures: string[] = [];
    const { log, runner } = runnerOf(travels(both).saga, {
      onFailure: ({ state }, step) => failures.push(`${step} of a saga that is ${state}`),
    });
    const saves: string[] = [];
    const save = log.save.bind(log);
    log.save = (record, leaseMs) => {
      saves.push(`${record.state} ${record.step}`);
      return save(record, leaseMs);
    };
    await runner.start(begin);
    expect(saves).toEqual([
      'running 1',
      'compensating 2',
      'compensating 2',
      'compensating 1',
      'compensated 0',
    ]);
    expect(failures).toEqual(['b of a saga that is running', 'b of a saga that is compensating']);
  });

  it('stops when a step or its compensation finds that the lease is lost', async () => {
    const lost = new SagaLeaseLostError('trip');
    for (const fails of [
      only('b', lost),
      (what: string, nth: number) =>
        only('b', new Failing(false))(what, nth) ?? only('undo b', lost)(what, nth),
    ]) {
      const { happened, saga } = travels(fails);
      await expect(runnerOf(saga).runner.start(begin)).rejects.toBe(lost);
      expect(happened).not.toContain('undo a');
    }
  });

  it('waits between the attempts of a step, and nowhere else', async () => {
    const waits: number[] = [];
    const { saga } = travels(only('b', new Failing(true), 2));
    const { runner } = runnerOf(saga, {
      backoffMs: (attempts) => {
        waits.push(attempts);
        return 0;
      },
    });
    await runner.start(begin);
    // Each save extends the lease by the wait before the next attempt; the failed attempts 1 and 2 wait themselves, too.
    expect(waits).toEqual([1, 2, 1, 3, 2, 1, 1]);
  });

  it('that fails with something that is not an error is compensated', async () => {
    const { saga } = travels();
    const [a, b] = saga.steps as [SagaStep<Travel>, SagaStep<Travel>];
    const thrown = { ...b, run: () => Promise.reject(undefined as unknown as Error) };
    const { record } = await runnerOf({ name: 'travel', steps: [a, thrown] }).runner.start(begin);
    expect(record).toMatchObject({
      state: 'compensated',
      failure: { code: 'internal', message: 'undefined' },
    });
  });
});
