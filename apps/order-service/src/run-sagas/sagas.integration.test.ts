import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client } from 'pg';
import { connect } from '../../test/connect.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';
import { ForgetExpired } from '../forget-expired/forget-expired.ts';
import { WatchStuckSagas } from './watch-stuck-sagas.ts';

describe('sagas', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let service: RunningOrderService;
  let sql: Client;

  beforeAll(async () => {
    database = await createShardDatabase();
    service = await startOrderService({ shardUrls: [database.url], environment: { SAGA_RETENTION: '7d' } });
    sql = await connect(database.url);
  });

  afterAll(async () => {
    await sql.end();
    await service.stop();
    await database.drop();
  });

  const store = (id: string, state: string, begun: string, leasedUntil: string) =>
    sql.query(
      `insert into sagas (slot, id, saga, state, step, context, attempts, lease, begun_at, leased_until)
       values (8, $1, 'transfer-order', $2, 1, '{}', 0, 1, now() + $3::interval, now() + $4::interval)`,
      [id, state, begun, leasedUntil],
    );

  it('that do not end are listed and counted in a metric until they end', async () => {
    await store('stuck', 'running', '-2 minutes', '1 hour');
    await store('young', 'running', '0', '1 hour');
    const list = async (query = '') => (await fetch(`${service.url}/v1/admin/sagas${query}`)).json();
    expect(await list()).toEqual({
      items: [
        {
          id: 'stuck',
          saga: 'transfer-order',
          slot: 8,
          state: 'running',
          step: 1,
          begunAt: expect.any(String),
        },
      ],
    });
    expect(await list('?olderThan=0')).toMatchObject({ items: [{ id: 'stuck' }, { id: 'young' }] });
    expect(await list('?olderThan=soon')).toMatchObject({ status: 400, code: 'invalid-request' });

    const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
    await service.get(WatchStuckSagas).look();
    expect(await metrics()).toMatch(/^sagas_stuck\{.*saga="transfer-order".*\} 1$/m);
    await sql.query(`update sagas set state = 'done' where id = 'stuck'`);
    await service.get(WatchStuckSagas).look();
    expect(await metrics()).not.toMatch(/^sagas_stuck\{/m);
  });

  it('that have ended are deleted after their retention, with the rows of their steps', async () => {
    await sql.query('delete from sagas');
    await store('old', 'done', '-9 days', '-8 days');
    await store('recent', 'compensated', '-9 days', '-6 days');
    await store('unfinished', 'running', '-9 days', '1 hour');
    await sql.query(`insert into saga_steps select 8, id, 'reserve', 'done' from sagas`);
    await service.get(ForgetExpired).onAllShards();
    for (const [table, column] of [
      ['sagas', 'id'],
      ['saga_steps', 'saga_id'],
    ] as const) {
      const { rows } = await sql.query<{ id: string }>(`select ${column} as id from ${table} order by 1`);
      expect(rows.map(({ id }) => id)).toEqual(['recent', 'unfinished']);
    }
  });
});
