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

  it('is prepared everywhere in the order given, decided on, committed everywhere, and forgotten', async () => {
    await run();
    expect(calls).toEqual([...PREPARED, 'decide', 'commit a', 'commit b', 'forget']);
  });

  it('is overdue after the time that the caller gives', async () => {
    await run({ withinMs: 500 });
    expect(calls[0]).toBe('open a,b 500');
  });

  it('begins nowhere unless it is in the log', async () => {
    fails.add('open a,b 10000');
    await expect(run()).rejects.toBe(lost);
    expect(calls).toEqual(['open a,b 10000']);
  });

  it('is rolled back everywhere when one database fails, also when the log and a database do not answer', async () => {
    fails = new Set(['prepare b', 'abort', 'roll back a']);
    await expect(run()).rejects.toBe(lost);
    expect(calls).toEqual([...PREPARED, 'abort', 'roll back a', 'roll back b']);
    expect(unfinished).toEqual([['a', lost]]);
  });

  it('is rolled back everywhere when it was too late', async () => {
    isInTime = false;
    await expect(run()).rejects.toMatchObject({
      name: 'TwoPhaseAbortedError',
      code: 'two-phase-aborted',
      retryable: true,
    });
    expect(calls).toEqual([...PREPARED, 'decide', 'abort', 'roll back a', 'roll back b']);
  });

  it('is left to recovery when the log does not answer: it may be committed', async () => {
    fails.add('decide');
    await expect(run()).rejects.toMatchObject({
      name: 'TwoPhaseUndecidedError',
      code: 'two-phase-undecided',
      retryable: true,
      cause: lost,
    });
    expect(calls).toEqual([...PREPARED, 'decide']);
  });

  it('is committed, and stays in the log, while a database does not answer after the decision', async () => {
    fails.add('commit a');
    await run();
    expect(calls).toEqual([...PREPARED, 'decide', 'commit a', 'commit b']);
    expect(unfinished).toEqual([['a', lost]]);
  });

  it('is committed when the log fails to forget it', async () => {
    fails.add('forget');
    await run();
    expect(unfinished).toEqual([]);
  });
});
