import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseEnvironment, Shutdown } from '@groundwork/service-kit';
import { inTransaction } from '@groundwork/messaging';
import { openEventsDatabase } from '../../test/events-database.ts';
import { aLetter } from '../../test/letters.ts';
import { logger } from '../../test/start-event-processor.ts';
import { environment } from '../config.ts';
import { discardDeadLetter } from '../review-dead-letters/discard-dead-letters/discard-dead-letter.ts';
import { redriveDeadLetter } from '../review-dead-letters/redrive-dead-letters/redrive-dead-letter.ts';
import { DeadLetterStore } from '../review-dead-letters/store-dead-letters/dead-letter-store.ts';
import { ForgetConsumedEvents } from './forget-consumed-events.ts';

describe('events in the inbox', () => {
  let database: Awaited<ReturnType<typeof openEventsDatabase>>;

  beforeAll(async () => {
    database = await openEventsDatabase();
  });
  afterAll(() => database.drop());

  function forgetting(): ForgetConsumedEvents {
    const config = parseEnvironment(environment, {
      LISTEN_ADDRESS: '127.0.0.1:0',
      DATABASE_URL: database.url,
      KAFKA_BROKERS: 'localhost:9092',
      INBOX_RETENTION: '2h',
    });
    return new ForgetConsumedEvents(config, database.dataSource, logger, new Shutdown(logger));
  }
  const remembered = async () =>
    (await database.dataSource.query<{ event_id: string }[]>('select event_id from inbox order by 1')).map(
      ({ event_id }) => event_id,
    );

  it('are removed after the retention, also when they are more than one batch', async () => {
    await database.dataSource.query(
      `insert into inbox (consumer, event_id, processed_at)
       select 'test', 'old ' || n, now() - interval '121 minutes' from generate_series(1, 2500) as n
       union all select 'test', 'recent', now() - interval '119 minutes'`,
    );
    expect(await forgetting().now()).toBe(2_500);
    expect(await remembered()).toEqual(['recent']);
  });

  it('are kept while their dead letter may be redriven, because an event that was given up on may have had its effect', async () => {
    const { dataSource } = database;
    const store = new DeadLetterStore(dataSource);
    const letters = Object.fromEntries(
      ['open', 'discarded', 'on its way', 'arrived'].map((eventId) => [eventId, aLetter({ eventId })]),
    );
    for (const letter of Object.values(letters)) await store.put(letter);
    await dataSource.query(`
      truncate inbox;
      insert into inbox (consumer, event_id, processed_at)
        select 'test', event_id, now() - interval '9 days' from dead_letters
        union all select 'test', 'without a letter', now() - interval '9 days'`);
    const id = (eventId: string) => letters[eventId]!.id;
    await inTransaction(dataSource, async (session) => {
      await redriveDeadLetter(session, id('on its way'), {});
      await redriveDeadLetter(session, id('arrived'), {});
      await discardDeadLetter(session, id('discarded'), { reason: 'a test' });
    });
    await dataSource.query(
      `with aged as (update dead_letters set status_changed_at = now() - interval '121 minutes' where id = $1) select 1`,
      [id('arrived')],
    );
    expect(await forgetting().now()).toBe(3);
    expect(await remembered()).toEqual(['on its way', 'open']);
  });
});
