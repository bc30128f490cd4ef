import { slotOf } from '@groundwork/sharding';
import { readHotSlots } from '@groundwork/sharding/postgres';
import { eventually } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createDirectory } from '../../test/create-directory.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';

describe('a hot slot', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let directory: Awaited<ReturnType<typeof createDirectory>>;
  let services: RunningOrderService[];
  let sql: Client;

  beforeAll(async () => {
    database = await createShardDatabase();
    directory = await createDirectory(shardsOf([database.url]));
    const options = { shardUrls: [database.url], directoryUrl: directory.url };
    services = await Promise.all(
      ['one', 'two'].map((instance) =>
        startOrderService({ ...options, environment: { INSTANCE_ID: instance } }),
      ),
    );
    sql = new Client({ connectionString: directory.url });
    await sql.connect();
  });

  afterAll(async () => {
    for (const service of services) await service.stop();
    await sql.end();
    await database.drop();
    await directory.drop();
  });

  it('is flagged within ten seconds, from the load of all instances, in the metrics and in the directory, until its load ends', async () => {
    const clients = services.map(({ url }) => new OrderServiceClient(url));
    const { body: customer } = await clients[0]!.createCustomer();
    const slot = slotOf(customer.id);
    // The load of a single instance does not make the slot hot.
    const began = performance.now();
    let asked = 0;
    const burst = async () => {
      const perInstance = Math.floor(((performance.now() - began) / 1_000) * 15) - asked;
      asked += perInstance;
      await Promise.all(
        clients.flatMap((client) => Array.from({ length: perInstance }, () => client.customer(customer.id))),
      );
    };
    const metricsOf = async ({ url }: RunningOrderService) => (await fetch(`${url}/metrics`)).text();
    const hot = await eventually(
      async () => {
        await burst();
        const [hottest, ...others] = await readHotSlots(sql);
        const metrics = await Promise.all(services.map(metricsOf));
        const isShown = metrics.every((text) =>
          text.includes(`hot_slot_operations_per_second{slot="${slot}"}`),
        );
        return isShown && hottest?.slot === slot && others.length === 0 ? hottest : undefined;
      },
      { within: 10_000 },
    );
    expect(hot.operationsPerSecond).toBeGreaterThanOrEqual(20);
    await eventually(async () => (await readHotSlots(sql)).length === 0);
    await eventually(async () => {
      const metrics = await Promise.all(services.map(metricsOf));
      return metrics.every((text) => !text.includes('hot_slot_operations_per_second{'));
    });
  });
});
