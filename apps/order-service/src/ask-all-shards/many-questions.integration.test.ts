import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';

describe('more queries over all shards than there are connections', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let other: Client;

  beforeAll(async () => {
    database = await createShardDatabase();
    service = await startOrderService({
      shardUrls: [database.url],
      environment: {
        SHARD_POOL_SIZE: '4',
        SCATTER_DEADLINE_MS: '60000',
        SHARD_STATEMENT_TIMEOUT_MS: '60000',
      },
    });
    client = new OrderServiceClient(service.url);
    other = new Client({ connectionString: database.url });
    await other.connect();
  });

  afterAll(async () => {
    await other.end();
    await service.stop();
    await database.drop();
  });

  it('are rejected beyond their share, and leave connections to the other requests', async () => {
    const { id } = (await client.createCustomer()).body;
    await other.query('begin; lock table orders in access exclusive mode');
    let answered = 0;
    const asked = Array.from({ length: 20 }, (_, n) =>
      client
        .get<{ code?: string }>(n % 2 === 0 ? '/v1/orders/summary' : '/v1/orders')
        .finally(() => (answered += 1)),
    );
    const reads = await Promise.all(Array.from({ length: 20 }, () => client.customer(id)));
    expect([...new Set(reads.map(({ status }) => status))]).toEqual([200]);
    expect(answered).toBeLessThan(20);
    await other.query('rollback');
    const answers = await Promise.all(asked);
    // With a pool of four, one query runs and four wait.
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    for (const { status, body, headers } of answers.filter((answer) => answer.status !== 200)) {
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'overloaded', '1']);
    }
  });
});
