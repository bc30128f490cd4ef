import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { openMessagingDatabase, sessionOf } from '../../test/test-database.ts';
import { PostgresConsumerPauses } from './postgres-consumer-pauses.ts';

describe('pauses in Postgres', () => {
  let database: Awaited<ReturnType<typeof openMessagingDatabase>>;
  let pauses: PostgresConsumerPauses;

  beforeAll(async () => {
    database = await openMessagingDatabase();
    pauses = new PostgresConsumerPauses(sessionOf(database.pool));
  });
  afterAll(() => database.drop());

  it('are listed with topic, operator, reason and time, oldest first', async () => {
    const [group, before] = [randomUUID(), Date.now()];
    expect(await pauses.of(group)).toEqual([]);
    await pauses.pause(group, { topic: 'orders', by: 'ada', reason: 'a migration' });
    await pauses.pause(group, { reason: 'an outage' });
    const known = await pauses.of(group);
    expect(known).toEqual([
      { topic: 'orders', by: 'ada', reason: 'a migration', at: expect.any(Date) },
      { topic: undefined, by: undefined, reason: 'an outage', at: expect.any(Date) },
    ]);
    // The database has a clock of its own.
    expect(Math.abs((known[0]?.at.getTime() ?? 0) - before)).toBeLessThan(60_000);
  });

  it('keep the first of two pauses unchanged, and exactly one of many concurrent calls changes something', async () => {
    const group = randomUUID();
    const wishes = Array.from({ length: 10 }, (_, n) => pauses.pause(group, { by: `${n}`, reason: 'mine' }));
    const changed = (await Promise.all(wishes)).filter(Boolean);
    expect(changed).toHaveLength(1);
    const [known] = await pauses.of(group);
    expect(await pauses.pause(group, { by: 'late', reason: 'another' })).toBe(false);
    expect(await pauses.of(group)).toEqual([known]);
    const ends = await Promise.all(Array.from({ length: 10 }, () => pauses.resume(group, undefined)));
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await pauses.of(group)).toEqual([]);
  });

  it('end one by one, without affecting other pauses of the group, its topics and other groups', async () => {
    const [group, other] = [randomUUID(), randomUUID()];
    const reason = 'a test';
    for (const topic of [undefined, 'orders', 'payments']) await pauses.pause(group, { topic, reason });
    await pauses.pause(other, { reason });
    expect(await pauses.resume(group, undefined)).toBe(true);
    expect((await pauses.of(group)).map(({ topic }) => topic)).toEqual(['orders', 'payments']);
    expect(await pauses.resume(group, 'orders')).toBe(true);
    expect(await pauses.resume(group, 'orders')).toBe(false);
    expect((await pauses.of(group)).map(({ topic }) => topic)).toEqual(['payments']);
    expect(await pauses.of(other)).toHaveLength(1);
  });

  it('reject with a retryable error while the database is unavailable', async () => {
    const pool = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/nothing' });
    await expect(new PostgresConsumerPauses(sessionOf(pool)).of('group')).rejects.toMatchObject({
      code: 'database-unavailable',
      retryable: true,
    });
    await pool.end();
  });
});
