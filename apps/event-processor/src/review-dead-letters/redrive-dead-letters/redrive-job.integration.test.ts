import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RequestRedriveJob } from '@groundwork/contracts';
import { type DeadLetterRecord } from '@groundwork/dlq';
import { inTransaction } from '@groundwork/messaging';
import { createLogger } from '@groundwork/service-kit';
import { eventually } from '@groundwork/testing';
import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { aLetter } from '../../../test/letters.ts';
import { openEventsDatabase } from '../../../test/events-database.ts';
import { spawnEventProcessor } from '../../../test/spawn-event-processor.ts';
import { waitingForALock } from '../../../test/waiting-for-a-lock.ts';
import { discardDeadLetter } from '../discard-dead-letters/discard-dead-letter.ts';
import { DeadLetterStore } from '../store-dead-letters/dead-letter-store.ts';
import { continueRedriveJob } from './continue-redrive-job.ts';
import {
  cancelRedriveJob,
  listRedriveJobs,
  previewRedriveJob,
  readRedriveJob,
  requestRedriveJob,
} from './redrive-jobs.ts';

const LETTERS = 60;

const logger = createLogger({ service: 'test', level: 'silent' });

describe('a redrive in bulk', () => {
  let database: Awaited<ReturnType<typeof openEventsDatabase>>;
  let store: DeadLetterStore;

  beforeAll(async () => {
    database = await openEventsDatabase();
    store = new DeadLetterStore(database.dataSource);
  });

  beforeEach(async () => {
    await database.dataSource.query('truncate outbox, incidents, redrive_jobs, dead_letters cascade');
    for (let number = 0; number < LETTERS; number++) await put();
  });

  afterAll(() => database.drop());

  const put = (change: Partial<DeadLetterRecord> = {}) => store.put(aLetter(change));
  const wish = (filter: object = {}, ratePerSecond = 1_000) =>
    RequestRedriveJob.parse({ filter, ratePerSecond, by: 'ada' });
  const request = async (...asked: Parameters<typeof wish>) =>
    (await requestRedriveJob(database.dataSource, wish(...asked))).id ?? '';
  const job = (id: string) => readRedriveJob(database.dataSource, id);
  const step = () => inTransaction(database.dataSource, (session) => continueRedriveJob(session, logger));
  const finished = (id: string) =>
    eventually(async () => {
      await step();
      const read = await job(id);
      return read.status === 'finished' && read;
    });
  const sentLetters = async () =>
    (
      await database.dataSource.query<{ letter: string }[]>(
        `select headers->>'redrive-of' as letter from outbox order by position`,
      )
    ).map(({ letter }) => letter);

  it('sends the open dead letters that match its filter, oldest first, and records the job for each', async () => {
    await put({ error: { code: 'other', message: '' } });
    await put({ consumer: 'order-service', error: { code: 'payment-provider-unavailable', message: '' } });
    const filter = { errorCode: 'payment-provider-unavailable', consumer: 'event-processor' };
    expect(await previewRedriveJob(database.dataSource, wish(filter))).toMatchObject({
      id: null,
      letters: LETTERS,
    });
    expect(await sentLetters()).toEqual([]);
    const id = await request(filter);
    expect(await finished(id)).toMatchObject({ letters: LETTERS, redriven: LETTERS, skipped: 0 });
    const sent = await sentLetters();
    const inOrder = await database.dataSource.query<{ id: string }[]>(
      `select id from dead_letters where status = 'redriven' order by position`,
    );
    expect(sent).toEqual(inOrder.map((letter) => letter.id));
    const [noted] = await database.dataSource.query<{ n: number }[]>(
      `select count(distinct letter_id)::int as n from dead_letter_actions
       where redrive_job = $1 and requested_by = 'ada'`,
      [id],
    );
    expect(noted?.n).toBe(LETTERS);
  });

  it('leaves open the dead letters that cannot be sent and those stored after its request', async () => {
    await put({ payload: null });
    const id = await request();
    await put();
    expect(await finished(id)).toMatchObject({ letters: LETTERS + 1, redriven: LETTERS, skipped: 1 });
    const [open] = await database.dataSource.query<{ n: number }[]>(
      `select count(*)::int as n from dead_letters where status = 'open'`,
    );
    expect(open?.n).toBe(2);
  });

  it('leaves open the dead letters that the database refuses, sends the others, and replaces invalid header characters', async () => {
    // Stands for a refusal of the database that the code does not anticipate.
    await database.dataSource.query(`
      create function refuse() returns trigger language plpgsql as $$ begin
        raise exception using errcode = '54000', message = 'too much';
      end $$;
      create trigger refuse before insert on outbox for each row when (new.headers ? 'refused') execute function refuse()`);
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    for (const payload of [`{"a":${nested}}`, nested, '{"a":"\\u0000"}', '{"a":"\\ud83d"}'])
      await put({ payload });
    const { headers } = aLetter();
    for (let times = 0; times < 3; times += 1) await put({ headers: { ...headers, refused: 'yes' } });
    for (const odd of ['a\0', 'a\ud83d']) await put({ headers: { ...headers, odd } });
    const [id, other] = [await request(), await request({ eventType: 'none' })];
    expect(await finished(id)).toMatchObject({ redriven: LETTERS + 2, skipped: 4 + 3 });
    expect(await finished(other)).toMatchObject({ letters: 0 });
    const marked = await database.dataSource.query<{ odd: string }[]>(
      `select headers->>'odd' as odd from outbox where headers ? 'odd' order by position`,
    );
    expect(marked).toEqual([{ odd: 'a\ufffd' }, { odd: 'a\ufffd' }]);
    await database.dataSource.query('drop trigger refuse on outbox; drop function refuse');
  });

  it('waits alone after a failed step, while the other jobs continue, and sends each dead letter once', async () => {
    // Stands for a failure that is not of one dead letter: the whole step fails after its events were appended.
    await database.dataSource.query(`
      create function fail() returns trigger language plpgsql as $$ begin
        raise exception using errcode = '57014', message = 'canceling statement due to statement timeout';
      end $$;
      create trigger fail before insert on dead_letter_actions for each row when (new.requested_by = 'fails')
        execute function fail()`);
    const { id: failing } = await requestRedriveJob(database.dataSource, {
      ...wish({ consumer: 'event-processor' }),
      by: 'fails',
    });
    await step();
    expect(await sentLetters()).toEqual([]);
    const other = await request({ eventType: 'none' });
    await finished(other);
    expect(await job(failing!)).toMatchObject({ status: 'running', redriven: 0, skipped: 0 });

    await database.dataSource.query('drop trigger fail on dead_letter_actions; drop function fail');
    await database.dataSource.query('update redrive_jobs set next_step_at = now()');
    expect(await finished(failing!)).toMatchObject({ redriven: LETTERS, skipped: 0 });
    expect(new Set(await sentLetters()).size).toBe(LETTERS);
  });

  it('keeps its rate by the clock of the database', async () => {
    const id = await request({}, 200);
    await finished(id);
    const [row] = await database.dataSource.query<{ seconds: number }[]>(
      'select extract(epoch from finished_at - requested_at)::float as seconds from redrive_jobs where id = $1',
      [id],
    );
    expect(LETTERS / (row?.seconds ?? 0)).toBeLessThanOrEqual(200);
  });

  it('waits for an operator who is discarding a dead letter, and does not send it', async () => {
    const [letter] = await database.dataSource.query<{ id: string }[]>(
      'select id from dead_letters order by position limit 1',
    );
    await request();
    const { stepping } = await database.dataSource.transaction(async (session) => {
      await discardDeadLetter(session, letter!.id, { reason: 'a test order', by: 'bob' });
      const started = step();
      await waitingForALock(database.dataSource, 1);
      return { stepping: started };
    });
    await stepping;
    const sent = await sentLetters();
    expect(sent.length).toBeGreaterThan(0);
    expect(sent).not.toContain(letter!.id);
  });

  it('sends each dead letter once when many workers run it concurrently', async () => {
    const ids = [await request(), await request()];
    await eventually(async () => {
      await Promise.all(Array.from({ length: 4 }, step));
      return (await Promise.all(ids.map(job))).every(({ status }) => status === 'finished');
    });
    const sent = await sentLetters();
    expect([sent.length, new Set(sent).size]).toEqual([LETTERS, LETTERS]);
  });

  it('sends nothing after it is cancelled', async () => {
    const id = await request({}, 100);
    await step();
    const cancelled = await cancelRedriveJob(database.dataSource, id);
    expect(cancelled.redriven).toBeGreaterThan(0);
    expect(await step()).toBeGreaterThan(0);
    expect(await sentLetters()).toHaveLength(cancelled.redriven);
    expect(await cancelRedriveJob(database.dataSource, id)).toEqual(cancelled);
    const over = await request({ eventType: 'none' });
    await finished(over);
    await expect(cancelRedriveJob(database.dataSource, over)).rejects.toMatchObject({
      code: 'redrive-job-over',
    });
  });

  it('is listed first while it runs, even when many newer jobs exist', async () => {
    const running = await request();
    for (let number = 0; number < 25; number++) await cancelRedriveJob(database.dataSource, await request());
    const { items } = await listRedriveJobs(database.dataSource);
    expect(items).toHaveLength(20);
    expect(items[0]).toEqual(await job(running));
    const later = items.slice(1).map(({ requestedAt }) => requestedAt);
    expect(later).toEqual(later.toSorted().reverse());
  });

  it('resumes in another process after its own was killed, and sends each dead letter once', async () => {
    const id = await request({}, 40);
    const first = spawnEventProcessor(database.url);
    await eventually(async () => (await job(id)).redriven > 0);
    await killed(first);
    const { redriven } = await job(id);
    expect(redriven).toBeLessThan(LETTERS);
    const second = spawnEventProcessor(database.url);
    await eventually(async () => (await job(id)).status === 'finished');
    await killed(second);
    const [sent] = await database.dataSource.query<{ letters: number; actions: number; noted: number }[]>(
      `select (select count(*)::int from dead_letters where status = 'redriven') as letters,
         (select count(*)::int from dead_letter_actions) as actions,
         (select redriven from redrive_jobs) as noted`,
    );
    expect(sent).toEqual({ letters: LETTERS, actions: LETTERS, noted: LETTERS });
    const rows = await sentLetters();
    expect([rows.length, new Set(rows).size]).toEqual([LETTERS, LETTERS]);
  });
});

async function killed(process: ChildProcess): Promise<void> {
  const exited = once(process, 'exit');
  process.kill('SIGKILL');
  await exited;
}
