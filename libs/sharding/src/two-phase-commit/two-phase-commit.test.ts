import { beforeEach, describe, expect, it } from '@jest/globals';
import { TwoPhaseCommit } from './two-phase-commit.ts';

const lost = new Error('the connection is lost');

describe('a transaction over two databases', () => {
  let calls: string[];
  let fails: Set<string>;
  let unfinished: unknown[];
  let isInTime: boolean;

  beforeEach(() => {
    calls = [];
    fails = new Set();
    unfinished = [];
    isInTime = true;
  });

  function call(what: string): Promise<void> {
    calls.push(what);
    return fails.has(what) ? Promise.reject(lost) : Promise.resolve();
  }

  function work(name: string) {
    return {
      participant: {
        name,
        prepare: (_gid: string, work: (session: string) => Promise<void>) => work(name),
        commit: () => call(`commit ${name}`),
        rollback: () => call(`roll back ${name}`),
        prepared: () => Promise.resolve([]),
      },
      work: (session: string) => call(`prepare ${session}`),
    };
  }

  function run(options: { withinMs?: number; prefix?: string } = {}): Promise<void> {
    return new TwoPhaseCommit({
      prefix: 'shop:',
      log: {
        open: ({ participants }, withinMs) => call(`open ${participants.join()} ${withinMs}`),
        commit: () => call('decide').then(() => isInTime),
        abort: () => call('abort').then(() => true),
        forget: () => call('forget'),
        abortOverdue: () => Promise.resolve({ open: [], committed: [] }),
      },
      onUnfinished: (_gid, participant, error) => unfinished.push([participant, error]),
      ...options,
    }).run([work('a'), work('b')]);
  }

  const PREPARED = ['open a,b 10000', 'prepare a', 'prepare b'];

  it('is prepared in the given order, decided, committed on all databases, and removed from the log', async () => {
    await run();
    expect(calls).toEqual([...PREPARED, 'decide', 'commit a', 'commit b', 'forget']);
  });

  it('becomes overdue after the configured time', async () => {
    await run({ withinMs: 500 });
    expect(calls[0]).toBe('open a,b 500');
  });

  it('starts on no database if the log cannot open it', async () => {
    fails.add('open a,b 10000');
    await expect(run()).rejects.toBe(lost);
    expect(calls).toEqual(['open a,b 10000']);
  });

  it('is rolled back on all databases when one fails, even if the log and another database do not answer', async () => {
    fails = new Set(['prepare b', 'abort', 'roll back a']);
    await expect(run()).rejects.toBe(lost);
    expect(calls).toEqual([...PREPARED, 'abort', 'roll back a', 'roll back b']);
    expect(unfinished).toEqual([['a', lost]]);
  });

  it('is rolled back on all databases when the commit decision is too late', async () => {
    isInTime = false;
    await expect(run()).rejects.toMatchObject({
      name: 'TwoPhaseAbortedError',
      code: 'two-phase-aborted',
      retryable: true,
    });
    expect(calls).toEqual([...PREPARED, 'decide', 'abort', 'roll back a', 'roll back b']);
  });

  it('is left to recovery when the log does not answer, because it may be committed', async () => {
    fails.add('decide');
    await expect(run()).rejects.toMatchObject({
      name: 'TwoPhaseUndecidedError',
      code: 'two-phase-undecided',
      retryable: true,
      cause: lost,
    });
    expect(calls).toEqual([...PREPARED, 'decide']);
  });

  it('is committed and stays in the log while a database does not answer after the decision', async () => {
    fails.add('commit a');
    await run();
    expect(calls).toEqual([...PREPARED, 'decide', 'commit a', 'commit b']);
    expect(unfinished).toEqual([['a', lost]]);
  });

  it('is committed even if removing it from the log fails', async () => {
    fails.add('forget');
    await run();
    expect(unfinished).toEqual([]);
  });
});
