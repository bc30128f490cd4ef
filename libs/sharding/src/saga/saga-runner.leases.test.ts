import { describe, expect, it } from '@jest/globals';
import { toSlot } from '../slots/slot.ts';
import { MemorySagaLog } from './memory-saga-log.ts';
import { type SagaRecord } from './saga-log.ts';
import { SagaRunner, type SagaRunnerOptions } from './saga-runner.ts';

const begin = { slot: toSlot(1), id: 'trip', saga: 'travel', context: {} };

/** Runs one step (or resumes where `from` says). Returns the saved records and the lease extensions. */
async function savedBy(
  { run, isPivot = false }: { run: () => Promise<object | void>; isPivot?: boolean },
  {
    from = {},
    dies = false,
    ...options
  }: Partial<SagaRunnerOptions> & { from?: Partial<SagaRecord>; dies?: boolean } = {},
) {
  const log = new MemorySagaLog();
  const saved: { record: SagaRecord; leaseMs: number }[] = [];
  const save = log.save.bind(log);
  log.save = async (record, leaseMs) => {
    saved.push({ record, leaseMs });
    if (dies) throw new Error('the process died');
    await save(record, leaseMs);
  };
  const failures: unknown[] = [];
  const runner = new SagaRunner({
    log,
    sagas: [
      {
        name: 'travel',
        steps: [
          { name: 'pay', isPivot },
          { name: 'book', run },
        ].map((step) => ({ run: () => Promise.resolve(), ...step })),
      },
    ],
    onFailure: (_record, step, error) => failures.push([step, error]),
    ...options,
  });
  const { record } = await log.begin(begin, 60_000);
  const resumed = runner.resume({ ...record, step: 1, ...from });
  const ended = await (dies ? resumed.catch(() => record) : resumed);
  return { ended, saved, failures, leases: saved.map(({ leaseMs }) => leaseMs) };
}

const rejecting = (error: unknown) => () => Promise.reject(error as Error);
const busy = Object.assign(new Error('busy'), { code: 'busy', retryable: true });
const once = (error: unknown) => {
  let isFirst = true;
  return () => {
    if (!isFirst) return Promise.resolve();
    isFirst = false;
    return Promise.reject(error as Error);
  };
};

describe('the lease of a saga', () => {
  it('is 30 s plus the wait before the next attempt', async () => {
    expect((await savedBy({ run: once(busy) })).leases).toEqual([30_100, 30_050]);
  });

  it.each([
    [1, 100],
    [5, 1_600],
    [6, 2_000],
    [20, 2_000],
  ])('is 30 s plus a wait that doubles up to 2 s (%i failed attempts: %i ms)', async (failed, waitMs) => {
    const from = { attempts: failed - 1 };
    const { leases } = await savedBy({ run: rejecting(busy) }, { from, dies: true, maxAttempts: 50 });
    expect(leases).toEqual([30_000 + waitMs]);
  });

  it('follows the configured durations', async () => {
    const { leases } = await savedBy(
      { run: once(busy) },
      { leaseMs: 100, backoffMs: (attempts) => attempts },
    );
    expect(leases).toEqual([102, 101]);
  });
});

describe('a step that fails', () => {
  it('is tried five times, then the saga is compensated and records the failure', async () => {
    const { ended, failures } = await savedBy({ run: rejecting(busy) }, { backoffMs: () => 0 });
    expect(failures).toEqual(Array.from({ length: 5 }, () => ['book', busy]));
    expect(ended).toMatchObject({ state: 'compensated', failure: { code: 'busy', message: 'busy' } });
  });

  it('behind the pivot defers the saga for 5 s and resets its attempts to 0', async () => {
    const { saved } = await savedBy({ run: rejecting(new Error('broken')), isPivot: true });
    expect(saved).toEqual([
      { leaseMs: 5_000, record: expect.objectContaining({ attempts: 0, step: 1, state: 'running' }) },
    ]);
  });

  it.each([
    [new Error('broken'), { code: 'internal', message: 'broken' }],
    [Object.assign(new Error('broken'), { code: 7 }), { code: 'internal', message: 'broken' }],
    ['no error at all', { code: 'internal', message: 'no error at all' }],
  ])('records its error as the failure of the saga: %s', async (error, failure) => {
    expect((await savedBy({ run: rejecting(error) })).ended.failure).toEqual(failure);
  });
});

describe('a saga whose process died after recording the last progress', () => {
  it('is done when all its steps were done', async () => {
    const { ended } = await savedBy({ run: rejecting(busy) }, { from: { step: 2 } });
    expect(ended.state).toBe('done');
  });

  it('is compensated when all its steps were compensated', async () => {
    const { ended } = await savedBy({ run: rejecting(busy) }, { from: { step: 0, state: 'compensating' } });
    expect(ended.state).toBe('compensated');
  });
});
