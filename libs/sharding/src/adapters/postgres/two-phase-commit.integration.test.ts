import { once } from 'node:events';
import {
  createTestDatabase,
  eventually,
  spawnProgram,
  startTestPostgres,
  type TestDatabase,
} from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { Ledger, PREFIX } from '../../../test/ledgers.ts';
import { type DecisionLog } from '../../two-phase-commit/decision-log.ts';
import { TwoPhaseCommit } from '../../two-phase-commit/two-phase-commit.ts';
import { TwoPhaseRecovery } from '../../two-phase-commit/two-phase-recovery.ts';
import { PostgresDecisionLog } from './decision-log.ts';
import { SLOT_LOCK_CLASS } from './slot-tables.ts';
import { TWO_PHASE_TABLES_SQL } from './two-phase-tables.ts';

describe('a transaction over several databases', () => {
  let databases: readonly TestDatabase[];
  let directory: Ledger;
  let one: Ledger;
  let two: Ledger;
  let decisions: Pool;
  let log: PostgresDecisionLog;

  beforeEach(async () => {
    databases = await Promise.all([createTestDatabase(), createTestDatabase(), createTestDatabase()]);
    const urls = databases.map(({ url }) => url) as [string, string, string];
    [directory, one, two] = [
      new Ledger('directory', urls[0]),
      await open('one', urls[1]),
      await open('two', urls[2]),
    ];
    await directory.query(TWO_PHASE_TABLES_SQL.up);
    decisions = new Pool({ connectionString: urls[0], max: 2 });
    log = new PostgresDecisionLog(decisions);
  });

  afterEach(async () => {
    await decisions.end();
    await Promise.all([directory, one, two].map((open) => open.close()));
    await Promise.all(databases.map((database) => database.drop()));
  });

  async function open(name: string, url: string): Promise<Ledger> {
    const ledger = new Ledger(name, url);
    await ledger.query('create table entries (note text primary key)');
    return ledger;
  }

  const commitWith = (decisions: DecisionLog = log, withinMs = 10_000) =>
    new TwoPhaseCommit({ log: decisions, prefix: PREFIX, withinMs });
  const recoveryOf = (...ledgers: readonly Ledger[]) =>
    new TwoPhaseRecovery({
      log,
      prefix: PREFIX,
      participants: () => ledgers.map(({ participant }) => participant),
      onError: () => undefined,
    });
  const logged = () => directory.query<{ state: string }>('select state from two_phase_transactions');
  const inDoubt = async () =>
    (await Promise.all([one, two].map(({ participant }) => participant.prepared(PREFIX)))).flat();
  /** Wraps the log so that a test can act around the decision. */
  const logThat = (
    around: (decide: () => Promise<boolean>, gid: string) => Promise<boolean>,
  ): DecisionLog => ({
    open: (transaction, withinMs) => log.open(transaction, withinMs),
    commit: (gid) => around(() => log.commit(gid), gid),
    abort: (gid) => log.abort(gid),
    forget: (gid) => log.forget(gid),
    abortOverdue: (prefix) => log.abortOverdue(prefix),
  });

  it('is committed on all of them and leaves no records', async () => {
    await commitWith().run([one.write('paid'), two.write('paid')]);
    expect([await one.notes(), await two.notes(), await inDoubt(), await logged()]).toEqual([
      ['paid'],
      ['paid'],
      [],
      [],
    ]);
  });

  it('is invisible on all of them before the decision', async () => {
    const seen: string[][] = [];
    const watching = logThat(async (decide) => {
      seen.push(await one.notes(), await two.notes());
      expect(await inDoubt()).toHaveLength(2);
      return decide();
    });
    await commitWith(watching).run([one.write('paid'), two.write('paid')]);
    expect(seen).toEqual([[], []]);
  });

  it('changes no database when one of them fails, and rejects with the cause', async () => {
    await two.query(`insert into entries values ('paid')`);
    await expect(commitWith().run([one.write('paid'), two.write('paid')])).rejects.toMatchObject({
      code: '23505',
    });
    expect([await one.notes(), await inDoubt(), await logged()]).toEqual([[], [], []]);
  });

  it('waits for a concurrent transaction on the same rows without a deadlock', async () => {
    await one.query(`insert into entries values ('shared')`);
    await two.query(`insert into entries values ('shared')`);
    const change = (ledger: Ledger) => ({
      participant: ledger.participant,
      work: async (session: { query(sql: string): Promise<unknown> }) => {
        await session.query(`set local lock_timeout = '5s'`);
        await session.query(`update entries set note = note where note = 'shared'`);
      },
    });
    await Promise.all(Array.from({ length: 4 }, () => commitWith().run([change(one), change(two)])));
    expect([await inDoubt(), await logged()]).toEqual([[], []]);
  });

  it('is rolled back on all databases if it takes too long and recovery aborts it first', async () => {
    const recovery = recoveryOf(one, two);
    const slow = logThat(async (decide) => {
      await eventually(async () => {
        await recovery.recover();
        return (await logged()).length === 0;
      });
      return decide();
    });
    await expect(commitWith(slow, 50).run([one.write('paid'), two.write('paid')])).rejects.toMatchObject({
      code: 'two-phase-aborted',
      retryable: true,
    });
    expect([await one.notes(), await two.notes(), await inDoubt()]).toEqual([[], [], []]);
  });

  it('is left alone by recovery while it runs in time', async () => {
    const watched = logThat(async (decide) => {
      expect(await recoveryOf(one, two).recover()).toEqual({ committed: 0, rolledBack: 0 });
      return decide();
    });
    await commitWith(watched).run([one.write('paid'), two.write('paid')]);
    expect([await one.notes(), await two.notes()]).toEqual([['paid'], ['paid']]);
  });

  it('is ended by recovery if the answer of the log was lost', async () => {
    const silent = logThat(async (decide) => {
      await decide();
      throw new Error('the answer was lost');
    });
    await expect(commitWith(silent).run([one.write('paid'), two.write('paid')])).rejects.toMatchObject({
      code: 'two-phase-undecided',
    });
    expect(await recoveryOf(one, two).recover()).toEqual({ committed: 1, rolledBack: 0 });
    expect([await one.notes(), await two.notes(), await logged()]).toEqual([['paid'], ['paid'], []]);
  });

  it('of another service in the same directory and databases is left to that service', async () => {
    const others = `${PREFIX}billing:`;
    const dying = logThat(async (decide, gid) => {
      await decide();
      // The first database commits, then the process ends.
      await one.participant.commit(gid);
      throw new Error('killed');
    });
    const billing = (withinMs: number, decisions: DecisionLog) =>
      new TwoPhaseCommit({ log: decisions, prefix: others, withinMs });
    await expect(billing(10_000, dying).run([one.write('decided'), two.write('decided')])).rejects.toThrow();
    const silent = logThat(() => Promise.reject(new Error('killed')));
    await expect(billing(0, silent).run([one.write('open'), two.write('open')])).rejects.toThrow();

    expect(await recoveryOf(one, two).recover()).toEqual({ committed: 0, rolledBack: 0 });
    expect(await logged()).toEqual([{ state: 'committed' }, { state: 'open' }]);
    expect(await inDoubt()).toHaveLength(3);

    const recovery = new TwoPhaseRecovery({
      log,
      prefix: others,
      participants: () => [one.participant, two.participant],
      onError: () => undefined,
    });
    expect(await recovery.recover()).toEqual({ committed: 1, rolledBack: 2 });
    expect([await one.notes(), await two.notes(), await inDoubt(), await logged()]).toEqual([
      ['decided'],
      ['decided'],
      [],
      [],
    ]);
  });

  it('requires a prefix that names its service', () => {
    expect(() => new TwoPhaseCommit({ log, prefix: '' })).toThrow('has to name the service');
    expect(() => new TwoPhaseCommit({ log, prefix: 'x'.repeat(61) })).toThrow('1 to 60 characters');
  });

  it.each([
    ['before-decision', []],
    ['after-decision', ['paid']],
    ['after-commit', ['paid']],
  ])(
    'whose coordinator is killed %s ends alike on all databases through concurrent recoveries',
    async (when, notes) => {
      const child = spawnProgram(new URL('../../../test/two-phase.process.ts', import.meta.url), [
        ...databases.map(({ url }) => url),
        when,
      ]);
      expect(((await once(child, 'exit')) as [unknown, unknown])[1]).toBe('SIGKILL');
      const recoveries = [recoveryOf(one, two), recoveryOf(one, two)];
      await eventually(async () => {
        await Promise.all(recoveries.map((recovery) => recovery.recover()));
        return (await inDoubt()).length === 0 && (await logged()).length === 0;
      });
      expect([await one.notes(), await two.notes()]).toEqual([notes, notes]);
    },
  );

  it('is aborted with onEveryShard if another database was registered in the meantime', async () => {
    await directory.query(`create table shards (name text); insert into shards values ('one'), ('two')`);
    log = new PostgresDecisionLog(decisions, { onEveryShard: true });
    await commitWith().run([one.write('paid'), two.write('paid')]);
    const joined = logThat(async (decide) => {
      await directory.query(`insert into shards values ('three')`);
      return decide();
    });
    await expect(commitWith(joined).run([one.write('more'), two.write('more')])).rejects.toMatchObject({
      code: 'two-phase-aborted',
      retryable: true,
    });
    expect([await one.notes(), await two.notes(), await inDoubt(), await logged()]).toEqual([
      ['paid'],
      ['paid'],
      [],
      [],
    ]);
  });

  it('holds the locks of its slots until it has ended', async () => {
    const takeLock = async () => {
      const [row] = await one.query<{ taken: boolean }>(
        `select pg_try_advisory_xact_lock(${SLOT_LOCK_CLASS}, 7) as taken`,
      );
      return row?.taken;
    };
    const fenced = {
      participant: one.participant,
      work: async (session: { query(sql: string): Promise<unknown> }) => {
        await session.query(`select pg_advisory_xact_lock_shared(${SLOT_LOCK_CLASS}, 7)`);
        await session.query(`insert into entries values ('paid')`);
      },
    };
    const watching = logThat(async (decide) => {
      expect(await takeLock()).toBe(false);
      return decide();
    });
    await commitWith(watching).run([fenced, two.write('paid')]);
    expect(await takeLock()).toBe(true);
  });

  it('changes nothing while one database is down, and commits there later if it went down after the decision', async () => {
    const server = await startTestPostgres();
    const three = await open('three', server.url);
    await server.kill();
    await expect(commitWith().run([one.write('early'), three.write('early')])).rejects.toThrow();
    expect([await one.notes(), await inDoubt(), await logged()]).toEqual([[], [], []]);

    await server.restart();
    const dying = logThat(async (decide) => {
      const decided = await decide();
      await server.kill();
      return decided;
    });
    await commitWith(dying).run([one.write('late'), three.write('late')]);
    expect(await one.notes()).toEqual(['late']);
    const recovery = recoveryOf(one, three);
    expect(await recovery.recover()).toEqual({ committed: 0, rolledBack: 0 });
    expect(await logged()).toEqual([{ state: 'committed' }]);
    await server.restart();
    await eventually(async () => (await recovery.recover()).committed === 1);
    expect([await three.notes(), await logged()]).toEqual([['late'], []]);
    await three.close();
    await server.stop();
  });

  it.each([
    [0, 'two-phase-disabled', false],
    [1, 'two-phase-exhausted', true],
  ])('is refused by a server that prepares at most %d transactions: %s', async (limit, code, retryable) => {
    const server = await startTestPostgres({ settings: [`max_prepared_transactions=${limit}`] });
    const three = await open('three', server.url);
    if (limit > 0) await three.participant.prepare('of another service', () => Promise.resolve());
    await expect(commitWith().run([one.write('paid'), three.write('paid')])).rejects.toMatchObject({
      code,
      retryable,
    });
    expect([await one.notes(), await three.notes(), await inDoubt(), await logged()]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    await three.close();
    await server.stop();
  });
});
