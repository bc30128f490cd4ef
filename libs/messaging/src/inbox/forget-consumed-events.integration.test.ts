import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openMessagingDatabase } from '../../test/test-database.ts';
import { forgetConsumedEvents } from './forget-consumed-events.ts';
import { onceInInbox } from './once-in-inbox.ts';

const HOUR_MS = 3_600_000;

describe('events that were consumed long ago', () => {
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;

  beforeAll(async () => {
    database = await openMessagingDatabase();
  });
  beforeEach(() => database.pool.query('truncate inbox'));
  afterAll(() => database.drop());

  const consume = (id: string) => onceInInbox(database.transactions, 'test', { id }, () => Promise.resolve());
  const age = (id: string, minutes: number) =>
    database.pool.query(
      `update inbox set processed_at = now() - $2 * interval '1 minute' where event_id = $1`,
      [id, minutes],
    );
  const forget = (limit: number) =>
    forgetConsumedEvents(database.transactions, { olderThanMs: HOUR_MS, limit });

  it('are deleted from the inbox, while younger events stay and have no second effect', async () => {
    await consume('old');
    await consume('recent');
    await age('old', 61);
    await age('recent', 59);
    expect(await forget(100)).toBe(1);
    expect(await consume('recent')).toBe('duplicate');
    expect(await consume('old')).toBe('processed');
  });

  it('are deleted a bounded number at a time, also by concurrent callers', async () => {
    await database.pool.query(
      `insert into inbox (consumer, event_id, processed_at)
       select 'test', n, now() - interval '2 hours' from generate_series(1, 250) as n`,
    );
    const forgotten = await Promise.all([forget(100), forget(100)]);
    expect(forgotten).toEqual([100, 100]);
    expect([await forget(100), await forget(100)]).toEqual([50, 0]);
  });
});
