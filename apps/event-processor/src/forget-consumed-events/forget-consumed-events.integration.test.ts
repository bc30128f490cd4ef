import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseEnvironment, Shutdown } from '@groundwork/service-kit';
import { openEventsDatabase } from '../../test/events-database.ts';
import { logger } from '../../test/start-event-processor.ts';
import { environment } from '../config.ts';
import { ForgetConsumedEvents } from './forget-consumed-events.ts';

describe('events that were consumed long ago', () => {
  let database: Awaited<ReturnType<typeof openEventsDatabase>>;

  beforeAll(async () => {
    database = await openEventsDatabase();
  });
  afterAll(() => database.drop());

  it('are forgotten after the retention, however many there are', async () => {
    await database.dataSource.query(
      `insert into inbox (consumer, event_id, processed_at)
       select 'test', 'old ' || n, now() - interval '121 minutes' from generate_series(1, 2500) as n
       union all select 'test', 'recent', now() - interval '119 minutes'`,
    );
    const config = parseEnvironment(environment, {
      LISTEN_ADDRESS: '127.0.0.1:0',
      DATABASE_URL: database.url,
      KAFKA_BROKERS: 'localhost:9092',
      INBOX_RETENTION: '2h',
    });
    const shutdown = new Shutdown(logger);
    const forgetting = new ForgetConsumedEvents(config, database.dataSource, logger, shutdown);
    expect(await forgetting.now()).toBe(2_500);
    expect(await database.dataSource.query('select event_id from inbox')).toEqual([{ event_id: 'recent' }]);
  });
});
