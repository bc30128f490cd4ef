import { beforeEach, describe, expect, it } from '@jest/globals';
import { GidPrefix } from './gid-prefix.ts';
import { TwoPhaseRecovery } from './two-phase-recovery.ts';

const PREFIX = 'shop:';
const [first, second] = [new GidPrefix(PREFIX).newGid(), new GidPrefix(PREFIX).newGid()];
const foreign = new GidPrefix('billing:').newGid();
const lost = new Error('the connection is lost');

describe('recovery', () => {
  let calls: string[];
  let fails: Set<string>;
  let errors: unknown[];

  beforeEach(() => {
    calls = [];
    fails = new Set();
    errors = [];
  });

  function call<Answer>(what: string, answer: Answer): Promise<Answer> {
    calls.push(what);
    return fails.has(what) ? Promise.reject(lost) : Promise.resolve(answer);
  }

  function recoveryOf(log: { open?: readonly string[]; committed?: readonly string[] }, everyMs?: number) {
    const decisions = (gids: readonly string[] = []) =>
      gids.map((gid) => ({ gid, participants: gid === foreign ? ['elsewhere'] : ['a', 'b'] }));
    const participant = (name: string, prepared: readonly string[]) => ({
      name,
      commit: (gid: string) => call(`commit ${gid} ${name}`, undefined),
      rollback: (gid: string) => call(`roll back ${gid} ${name}`, undefined),
      prepared: () => call(`prepared ${name}`, prepared),
    });
    return new TwoPhaseRecovery({
      prefix: PREFIX,
      ...(everyMs === undefined ? {} : { everyMs }),
      log: {
        open: () => Promise.resolve(),
        commit: () => Promise.resolve(false),
        abort: () => Promise.resolve(true),
        forget: (gid) => call(`forget ${gid}`, undefined),
        abortOverdue: () => call('log', { open: decisions(log.open), committed: decisions(log.committed) }),
      },
      participants: () => [participant('a', [first]), participant('b', [first, foreign])],
      onError: (error) => errors.push(error),
    });
  }

  const LOOK = ['prepared a', 'prepared b', 'log'];

  it('rolls back prepared transactions that are not in the log, except those of other services', async () => {
    expect(await recoveryOf({}).recover()).toEqual({ committed: 0, rolledBack: 2 });
    expect(calls).toEqual([...LOOK, `roll back ${first} a`, `roll back ${first} b`]);
  });

  it('leaves open transactions alone, because their coordinator may still decide', async () => {
    expect(await recoveryOf({ open: [first] }).recover()).toEqual({ committed: 0, rolledBack: 0 });
    expect(calls).toEqual(LOOK);
  });

  it('commits decided transactions on all databases and then removes them from the log', async () => {
    const recovery = recoveryOf({ committed: [first, foreign] });
    expect(await recovery.recover()).toEqual({ committed: 1, rolledBack: 0 });
    expect(calls).toEqual([...LOOK, `commit ${first} a`, `commit ${first} b`, `forget ${first}`]);
    expect(errors).toEqual([]);
  });

  it('ends other transactions when one database does not answer, and keeps the uncommitted one in the log', async () => {
    fails = new Set(['prepared a', `commit ${first} a`]);
    const recovery = recoveryOf({ committed: [first, second] });
    expect(await recovery.recover()).toEqual({ committed: 1, rolledBack: 0 });
    expect(calls).not.toContain(`forget ${first}`);
    expect(calls).toContain(`forget ${second}`);
    expect(errors).toEqual([lost, lost]);
  });

  it('reports a transaction with an unknown participant and keeps it in the log', async () => {
    const recovery = new TwoPhaseRecovery({
      prefix: PREFIX,
      log: {
        open: () => Promise.resolve(),
        commit: () => Promise.resolve(false),
        abort: () => Promise.resolve(true),
        forget: (gid) => call(`forget ${gid}`, undefined),
        abortOverdue: () =>
          Promise.resolve({ open: [], committed: [{ gid: first, participants: ['gone'] }] }),
      },
      participants: () => [],
      onError: (error) => errors.push(error),
    });
    expect(await recovery.recover()).toEqual({ committed: 0, rolledBack: 0 });
    expect(calls).toEqual([]);
    expect(errors).toEqual([
      new RangeError(`${first} is prepared at gone, which is not among the participants`),
    ]);
  });

  it('repeats its rounds until it is stopped, even after an error', async () => {
    fails.add('log');
    const recovery = recoveryOf({}, 1);
    const looks = () => calls.filter((what) => what === 'log').length;
    recovery.start();
    recovery.start();
    while (looks() < 3) await new Promise(setImmediate);
    await recovery.stop();
    const until = looks();
    expect(errors.length).toBe(until);
    await recovery.stop();
    expect(looks()).toBe(until);
  });

  it('ends its wait when it is stopped', async () => {
    const recovery = recoveryOf({}, 3_600_000);
    recovery.start();
    while (!calls.includes('log')) await new Promise(setImmediate);
    await recovery.stop();
    expect(calls.filter((what) => what === 'log')).toHaveLength(1);
  });

  it('refuses an empty prefix', () => {
    expect(
      () =>
        new TwoPhaseRecovery({
          ...{ prefix: '', participants: () => [], onError: () => undefined },
          log: undefined as never,
        }),
    ).toThrow(RangeError);
  });
});
