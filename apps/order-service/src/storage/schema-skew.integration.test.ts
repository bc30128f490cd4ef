import { composeId, toSlot } from '@groundwork/sharding';
import { createTestDatabase, eventually, type TestDatabase } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import { outputOf, spawnTypescript } from '../../test/spawn-typescript.ts';
import { migrate, type RunningOrderService, startOrderService } from '../../test/start-order-service.ts';
import { SHARD_MIGRATIONS } from './shard-data-source.ts';

const LAST = SHARD_MIGRATIONS.at(-1)!.name;

/** Returns the id of an unknown customer on shard-1 or on shard-2. */
const strangerOf = (shard: 1 | 2) =>
  composeId({ atMs: Date.UTC(2026, 0, 1), slot: toSlot(shard === 1 ? 0 : 4095), worker: 0, sequence: 0 });

describe('a shard whose schema differs from that of the release', () => {
  let databases: TestDatabase[];
  let sql: Client;

  beforeEach(async () => {
    databases = await Promise.all([createTestDatabase(), createTestDatabase()]);
    for (const { url } of databases) await migrate(url);
    sql = new Client({ connectionString: databases[1]!.url });
    await sql.connect();
  });

  afterEach(async () => {
    await sql.end();
    for (const database of databases) await database.drop();
  });

  const forgetLast = () => sql.query('delete from migration_ledger where name = $1', [LAST]);
  const addToLedger = (name: string) =>
    sql.query('insert into migration_ledger (timestamp, name) values (1, $1)', [name]);

  async function withService(test: (client: OrderServiceClient) => Promise<void>): Promise<void> {
    const service: RunningOrderService = await startOrderService({
      shardUrls: databases.map(({ url }) => url),
    });
    try {
      await test(new OrderServiceClient(service.url));
    } finally {
      await service.stop();
    }
  }

  it('is not served while it lacks a migration, which the error names; the other shards are served', async () => {
    await forgetLast();
    await withService(async (client) => {
      const { status, body } = await client.customer(strangerOf(2));
      expect([status, body.code, body.retryable]).toEqual([503, 'schema-skew', true]);
      expect(body.detail).toContain(`shard-2 lacks migrations of this release (${LAST})`);
      expect((await client.customer(strangerOf(1))).body.code).toBe('not-found');
      const readiness = await client.get<{ status: string; checks: object }>('/health/ready');
      expect(readiness.body.status).toBe('degraded');
      expect(JSON.stringify(readiness.body.checks)).toContain(LAST);
      await addToLedger(LAST);
      await eventually(async () => (await client.customer(strangerOf(2))).body.code === 'not-found');
    });
  });

  it('is served when a newer release has migrated it during a rollout', async () => {
    await addToLedger('OfTomorrow1999999999999');
    await withService(async (client) => {
      expect((await client.customer(strangerOf(2))).body.code).toBe('not-found');
    });
  });

  it('is listed with its pending migrations by --plan of the job, which changes nothing', async () => {
    const directory = await createTestDatabase();
    await forgetLast();
    await addToLedger('OfTomorrow1999999999999');
    const plan = await outputOf(
      spawnTypescript('src/migrate.ts', {
        args: ['--plan'],
        environment: {
          DIRECTORY_URL: directory.url,
          SHARD_URLS: `shard-1=${databases[0]!.url},shard-2=${databases[1]!.url},shard-3=postgres://a@127.0.0.1:1/b`,
          SLOT_MAP: '0-2047=shard-1,2048-4095=shard-2',
        },
      }),
    );
    expect(plan).toContain('directory: to apply CreateDirectory1763900000001');
    expect(plan).toContain('shard-1: up to date\n');
    expect(plan).toContain(`shard-2: to apply ${LAST}; has OfTomorrow1999999999999 of a newer release\n`);
    expect(plan).not.toContain('shard-3');
    expect((await sql.query('select from migration_ledger where name = $1', [LAST])).rowCount).toBe(0);
    await directory.drop();
  });
});
