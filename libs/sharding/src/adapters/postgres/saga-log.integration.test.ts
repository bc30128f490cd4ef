import { once } from 'node:events';
import { createTestDatabase, eventually, spawnProgram, type TestDatabase } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { PAYEE, PAYER, paymentSaga } from '../../../test/payment.saga.ts';
import { SlotDatabases } from '../../../test/slot-databases.ts';
import { describeSagaLog } from '../../saga/saga-log.conformance.ts';
import { SagaRecovery } from '../../saga/saga-recovery.ts';
import { SagaRunner } from '../../saga/saga-runner.ts';
import { toSlot } from '../../slots/slot.ts';
import { PostgresSagaLog } from './saga-log.ts';
import { doStepOnce, undoStepOnce } from './saga-step-once.ts';
import { SAGA_TABLES_SQL } from './saga-tables.ts';
import { SLOT_BUSY_SQLSTATE, SLOT_FENCES_SQL } from './slot-fences.ts';
import { SLOT_LOCK_CLASS, SLOT_TABLES_SQL } from './slot-tables.ts';

describe('a saga in Postgres', () => {
  let shards: readonly TestDatabase[];
  let databases: SlotDatabases;

  beforeEach(async () => {
    shards = [await createTestDatabase(), await createTestDatabase()];
    const [payer, payee] = shards.map(({ url }) => url) as [string, string];
    databases = new SlotDatabases({ [payer]: [PAYER, 17, 18], [payee]: [PAYEE] });
    for (const [url, owned] of [
      [payer, '(1, 1), (17, 1), (18, 1)'],
      [payee, '(2, 1)'],
    ] as const) {
      await execute(url, SLOT_TABLES_SQL.up + SLOT_FENCES_SQL.up + SAGA_TABLES_SQL.up);
      await execute(
        url,
        `insert into slot_ownership values ${owned};
         create table accounts (slot smallint primary key, amount int, receipts int);
         insert into accounts select slot, 100, 0 from slot_ownership`,
      );
    }
  });

  afterEach(async () => {
    await databases.close();
    await Promise.all(shards.map((shard) => shard.drop()));
  });

  async function execute(url: string, sql: string): Promise<void> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(sql);
    await client.end();
  }

  const accountOf = (slot: typeof PAYER) =>
    databases.transaction(slot, async (session) => {
      const rows = await session.query<object[]>('select amount, receipts from accounts where slot = $1', [
        slot,
      ]);
      return rows[0];
    });
  const accounts = async () => [await accountOf(PAYER), await accountOf(PAYEE)];
  const PAID = [
    { amount: 90, receipts: 1 },
    { amount: 110, receipts: 0 },
  ];
  const UNTOUCHED = [
    { amount: 100, receipts: 0 },
    { amount: 100, receipts: 0 },
  ];

  describeSagaLog('Postgres', () => new PostgresSagaLog(databases));

  it('is resumed even if many stuck sagas of another shard were abandoned earlier', async () => {
    const log = new PostgresSagaLog(databases);
    const begin = (slot: typeof PAYER, id: string) => log.begin({ slot, id, saga: 'stuck', context: {} }, 0);
    for (let n = 0; n < 20; n++) await begin(PAYER, `stuck ${n}`);
    await begin(PAYEE, 'of the other shard');
    const taken = await log.takeAbandoned(10, 60_000);
    expect(taken).toHaveLength(10);
    expect(taken.map(({ id }) => id)).toContain('of the other shard');
  });

  it('is removed with the rows of its steps on every shard', async () => {
    const log = new PostgresSagaLog(databases);
    const runner = new SagaRunner({ log, sagas: [paymentSaga(databases)], leaseMs: 0 });
    await runner.start({ slot: PAYER, id: 'paid', saga: 'payment', context: { amount: 10 } });
    const notes = async () =>
      (await databases.onEachShard((session) => session.query<unknown[]>('select from saga_steps'))).flat()
        .length;
    expect(await notes()).toBe(3);
    // Its last lease has to expire first.
    await eventually(async () => (await log.forgetEnded(0, 10)) === 1);
    expect([await notes(), await log.find({ slot: PAYER, id: 'paid' })]).toEqual([0, undefined]);
  });

  it.each([
    ...['before take', 'after take', 'before give', 'after give', 'before receipt', 'after receipt'].map(
      (place) => [place, false, 'done', PAID] as const,
    ),
    ...[
      'before receipt',
      'before undo receipt',
      'after undo receipt',
      'after undo give',
      'before undo take',
      'after undo take',
    ].map((place) => [place, true, 'compensated', UNTOUCHED] as const),
  ])(
    'whose process is killed %s (refused: %s) still becomes %s, with each step once',
    async (place, refused, state, expected) => {
      const args = [...shards.map(({ url }) => url), 'payment-1', String(refused), place];
      expect(await killed(args)).toBe('SIGKILL');
      const log = new PostgresSagaLog(databases);
      const runner = new SagaRunner({ log, sagas: [paymentSaga(databases)] });
      const recoveries = [1, 2].map(
        () => new SagaRecovery({ log, runner, everyMs: 20, onError: () => undefined }),
      );
      for (const recovery of recoveries) recovery.start();
      const key = { slot: PAYER, id: 'payment-1' };
      await eventually(async () => ['done', 'compensated'].includes((await log.find(key))?.state ?? ''));
      await Promise.all(recoveries.map((recovery) => recovery.stop()));
      expect((await log.find(key))?.state).toBe(state);
      expect(await accounts()).toEqual(expected);
    },
  );

  async function killed(args: readonly string[]): Promise<unknown> {
    const child = spawnProgram(new URL('../../../test/payment.process.ts', import.meta.url), args);
    return ((await once(child, 'exit')) as [unknown, unknown])[1];
  }

  it('returns the sagas that could be leased if another cannot be, and leaves that one for later', async () => {
    const log = new PostgresSagaLog(databases);
    const begin = (slot: number, id: string) =>
      log.begin({ slot: toSlot(slot), id, saga: 'payment', context: {} }, 0);
    await begin(17, 'one');
    await begin(18, 'moving');
    await begin(17, 'two');
    const mover = new Client({ connectionString: shards[0]!.url });
    await mover.connect();
    await mover.query(`begin; select pg_advisory_xact_lock(${SLOT_LOCK_CLASS}, 18)`);
    const taken = await log.takeAbandoned(10, 60_000);
    expect(taken.map(({ id }) => id).sort()).toEqual(['one', 'two']);
    await expect(log.takeAbandoned(10, 60_000)).rejects.toMatchObject({ code: SLOT_BUSY_SQLSTATE });
    await mover.query('rollback');
    await mover.end();
    expect((await log.takeAbandoned(10, 60_000)).map(({ id }) => id)).toEqual(['moving']);
  });

  it('refuses a step that comes after its compensation, and compensates it once', async () => {
    const place = { saga: { slot: PAYER, id: 'late' }, step: 'take', slot: PAYER };
    const effects: string[] = [];
    const act = (what: string) => async () => Promise.resolve(void effects.push(what));
    const run = () => databases.transaction(PAYER, (session) => doStepOnce(session, place, act('run')));
    const undo = () => databases.transaction(PAYER, (session) => undoStepOnce(session, place, act('undo')));
    await Promise.all([run(), run()]);
    await Promise.all([undo(), undo()]);
    await expect(run()).rejects.toMatchObject({ code: 'saga-step-undone', retryable: false });
    expect(effects).toEqual(['run', 'undo']);

    const never = { ...place, step: 'never done' };
    await databases.transaction(PAYER, (session) => undoStepOnce(session, never, act('undo')));
    await expect(
      databases.transaction(PAYER, (session) => doStepOnce(session, never, act('run'))),
    ).rejects.toMatchObject({ code: 'saga-step-undone' });
    expect(effects).toEqual(['run', 'undo']);
  });
});
