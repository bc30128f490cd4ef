import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { aLetter } from '../../../test/letters.ts';
import { openEventsDatabase } from '../../../test/events-database.ts';
import { DeadLetterStore } from './dead-letter-store.ts';

/** Returns incompressible text; each character takes three bytes. */
const longText = (characters: number) =>
  String.fromCharCode(...Array.from({ length: characters }, () => randomInt(0x4e00, 0x9fff)));

describe('the table of dead letters', () => {
  let database: Awaited<ReturnType<typeof openEventsDatabase>>;

  beforeAll(async () => {
    database = await openEventsDatabase();
  });
  afterAll(() => database.drop());

  it('stores every dead letter, and truncates names that are too long for an index', async () => {
    const store = new DeadLetterStore(database.dataSource);
    const long = longText(2_000);
    const odd = { key: long, eventId: long, eventType: long, redriveOf: long };
    const error = { code: `${long}\0`, message: `\0\ud83d${long}` };
    const letter = aLetter({ ...odd, error, headers: { ce_id: `\0\ud83d`, [long]: long }, payload: '\0' });
    await store.put(letter);
    await store.put(letter);
    const rows = await database.dataSource.query<Record<'key' | 'event_type' | 'error_message', string>[]>(
      'select key, event_type, error_message from dead_letters',
    );
    expect(rows).toHaveLength(1);
    expect(Buffer.byteLength(rows[0]!.key)).toBeLessThanOrEqual(1_024);
    expect([long.startsWith(rows[0]!.key), rows[0]!.event_type]).toEqual([true, rows[0]!.key]);
    expect(rows[0]!.error_message).toBe(`\ufffd\ufffd${long}`);
    expect(await database.dataSource.query('select event_type from incidents')).toEqual([
      { event_type: rows[0]!.event_type },
    ]);
  });

  it('answers from indexes the counts of dead letters and the check for open dead letters of an incident', async () => {
    const { dataSource } = database;
    await dataSource.query('truncate dead_letters, incidents cascade');
    await dataSource.query(`
      insert into dead_letters (id, consumer, topic, partition, message_offset, event_id, event_type, attempts, error_code,
        error_message, headers, failed_at)
      select gen_random_uuid(), 'shop', 'orders', 0, n, n, 'many', 1, 'code', repeat('x', 500), '{}', now()
      from generate_series(1, 20000) as n`);
    await dataSource.query('vacuum analyze dead_letters');
    const pages = async (sql: string) => {
      const [plan] = await dataSource.query<[{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }]>(
        `explain (analyze, buffers, format json) ${sql}`,
      );
      const { Plan } = plan['QUERY PLAN'][0];
      return Plan['Shared Hit Blocks']! + Plan['Shared Read Blocks']!;
    };
    const all = await pages('select count(error_message) from dead_letters');
    expect(
      await pages('select status, event_type, error_code, count(*) from dead_letters group by 1, 2, 3'),
    ).toBeLessThan(all / 5);
    expect(
      await pages(`select where not exists (
        select 1 from dead_letters where status = 'open' and coalesce(event_type, 'unknown') = 'one')`),
    ).toBeLessThan(10);
  });
});
