import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DeadLetterRecord } from '@groundwork/dlq';
import { inTransaction, partitionOfSlot } from '@groundwork/messaging';
import { aLetter } from '../../../test/letters.ts';
import { openEventsDatabase } from '../../../test/events-database.ts';
import { waitingForALock } from '../../../test/waiting-for-a-lock.ts';
import { discardDeadLetter } from '../discard-dead-letters/discard-dead-letter.ts';
import { decide } from '../letters/decide.ts';
import { deadLetterStats } from '../read-dead-letters/dead-letter-stats.ts';
import { readDeadLetter } from '../read-dead-letters/find-dead-letters.ts';
import { DeadLetterStore } from '../store-dead-letters/dead-letter-store.ts';
import { redriveDeadLetter } from './redrive-dead-letter.ts';

interface OutboxRow {
  readonly event_id: string;
  readonly topic: string;
  readonly slot: number;
  readonly key: string;
  readonly data: unknown;
  readonly headers: Record<string, string>;
}

describe('a decision about a dead letter', () => {
  let database: Awaited<ReturnType<typeof openEventsDatabase>>;
  let store: DeadLetterStore;

  beforeAll(async () => {
    database = await openEventsDatabase();
    store = new DeadLetterStore(database.dataSource);
  });

  beforeEach(() => database.dataSource.query('truncate outbox, incidents, dead_letters cascade'));

  afterAll(() => database.drop());

  const outbox = () => database.dataSource.query<OutboxRow[]>('select * from outbox order by position');
  const stored = async (change: Partial<DeadLetterRecord> = {}) => {
    const letter = aLetter(change);
    await store.put(letter);
    return letter;
  };
  const redrive = (id: string, payload?: Record<string, unknown>) =>
    inTransaction(database.dataSource, (session) =>
      redriveDeadLetter(session, id, { by: 'ada', ...(payload && { payload }) }),
    );
  const discard = (id: string) =>
    inTransaction(database.dataSource, (session) =>
      discardDeadLetter(session, id, { reason: 'a test order', by: 'ada' }),
    );

  it('sends the unchanged event to the consumer that gave up on it, on its original partition', async () => {
    const letter = await stored();
    await redrive(letter.id);
    const [row, ...others] = await outbox();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      topic: 'event-processor.redrive',
      key: letter.key,
      data: JSON.parse(letter.payload ?? ''),
      headers: { ...letter.headers, 'redrive-of': letter.id },
    });
    expect(partitionOfSlot(row!.slot, 8)).toBe(letter.partition);
  });

  it('has its effect and is recorded once, even for concurrent requests', async () => {
    const letter = await stored();
    await Promise.all(Array.from({ length: 10 }, () => redrive(letter.id)));
    expect(await outbox()).toHaveLength(1);
    const { letter: reviewed, actions } = await readDeadLetter(database.dataSource, letter.id);
    expect(reviewed).toMatchObject({ status: 'redriven', lagMs: 2_000 });
    expect(actions).toMatchObject([
      { action: 'redriven', by: 'ada', redriveJob: null, eventId: letter.eventId, payload: null },
    ]);
  });

  it('waits for a concurrent decision about the same dead letter, and is refused if that one differs', async () => {
    const letter = await stored();
    const { discarding } = await database.dataSource.transaction(async (session) => {
      await redriveDeadLetter(session, letter.id, { by: 'ada' });
      const refused = expect(discard(letter.id)).rejects.toMatchObject({ code: 'letter-redriven' });
      await waitingForALock(database.dataSource, 1);
      return { discarding: refused };
    });
    await discarding;
    expect((await readDeadLetter(database.dataSource, letter.id)).actions).toMatchObject([
      { action: 'redriven' },
    ]);
  });

  it('with an edited payload sends a new event once, which refers to the original event', async () => {
    const letter = await stored();
    const payload = { ...JSON.parse(letter.payload ?? ''), paymentMethod: 'test_ok' };
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => redrive(letter.id, payload)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [row, ...others] = await outbox();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ data: payload, headers: { ce_causationid: letter.eventId } });
    for (const name of ['ce_id', 'ce_time', 'ce_source']) expect(row!.headers).not.toHaveProperty(name);
    const { actions } = await readDeadLetter(database.dataSource, letter.id);
    expect(actions).toMatchObject([{ action: 'edited-and-redriven', eventId: row!.event_id, payload }]);
  });

  it('changes nothing in a dry run, which has the same refusals as a real run', async () => {
    const letter = await stored();
    const payload = { ...JSON.parse(letter.payload ?? ''), paymentMethod: 'test_ok' };
    const dry = (edited: Record<string, unknown>) =>
      decide(database.dataSource, { dryRun: true }, async (session) => {
        await redriveDeadLetter(session, letter.id, { by: 'ada', payload: edited });
        return readDeadLetter(session, letter.id);
      });
    expect(await dry(payload)).toMatchObject({ letter: { status: 'redriven' }, actions: [{ payload }] });
    await expect(dry({ orderId: 7 })).rejects.toMatchObject({ code: 'invalid-event-data' });
    expect(await outbox()).toEqual([]);
    expect(await readDeadLetter(database.dataSource, letter.id)).toMatchObject({
      letter: { status: 'open' },
      actions: [],
    });
  });

  it.each<[string, Partial<DeadLetterRecord>, string]>([
    ['of a consumer without a redrive topic', { consumer: 'cache-service' }, 'consumer-without-redrive'],
    ['without an event id', { eventId: null }, 'letter-without-event'],
    ['of an unknown type', { eventType: 'other' }, 'letter-without-event'],
    ['without a payload', { payload: null }, 'payload-incomplete'],
    ['whose payload is not JSON', { payload: '{' }, 'payload-incomplete'],
    ['whose payload was truncated', { headers: { 'dead-letter-payload-bytes': '9' } }, 'payload-incomplete'],
    ['whose payload jsonb cannot store', { payload: '{"a":"\\u0000"}' }, 'payload-incomplete'],
  ])('refuses to redrive a dead letter %s', async (_what, change, code) => {
    const letter = await stored(change);
    await expect(redrive(letter.id)).rejects.toMatchObject({ status: 422, code });
    expect((await readDeadLetter(database.dataSource, letter.id)).letter.status).toBe('open');
  });

  it('refuses a payload that is not the data of the type, and names the invalid fields', async () => {
    const letter = await stored();
    await expect(redrive(letter.id, { orderId: 7 })).rejects.toMatchObject({
      code: 'invalid-event-data',
      errors: expect.arrayContaining([expect.objectContaining({ pointer: '/payload/orderId' })]),
    });
    expect(await outbox()).toEqual([]);
  });

  it('is final: a discarded dead letter cannot be redriven, a redriven one cannot be discarded', async () => {
    const [given, sent] = [await stored(), await stored()];
    await Promise.all([discard(given.id), redrive(sent.id)]);
    await discard(given.id);
    await expect(redrive(given.id)).rejects.toMatchObject({ code: 'letter-discarded' });
    await expect(discard(sent.id)).rejects.toMatchObject({ code: 'letter-redriven' });
    const { actions } = await readDeadLetter(database.dataSource, given.id);
    expect(actions).toMatchObject([
      { action: 'discarded', reason: 'a test order', by: 'ada', eventId: null },
    ]);
    expect(await outbox()).toHaveLength(1);
    expect(await deadLetterStats(database.dataSource)).toMatchObject({
      byStatus: { open: 0, redriven: 1, discarded: 1 },
      incidents: [],
    });
  });
});
