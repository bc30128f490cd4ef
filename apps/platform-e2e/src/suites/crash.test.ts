import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { expectExactlyOnce } from '../load/expect-exactly-once.ts';
import { loadThroughFault } from '../load/load-through-fault.ts';
import { type Platform, underTest } from '../platform.ts';
import { type ServiceName } from '../topology/topology-under-test.ts';

const ORDERS = 500;

describe('a crash in the middle of 500 orders', () => {
  let platform: Platform;

  beforeAll(() => {
    platform = underTest();
  });

  afterAll(() => platform.close());

  it('of each replica of event-processor, one after the other, settles every order exactly once', async () => {
    const ledger = await loadThroughFault(
      platform,
      'kill -9 of event-processor 1, then 2',
      ORDERS,
      async (moments) => {
        await moments.settled(60);
        await crash('event-processor', 1);
        await moments.settled(200);
        await crash('event-processor', 2);
      },
    );
    expectExactlyOnce(ledger, ORDERS);
  });

  it('of single replicas of order-service and then both at once settles every order exactly once', async () => {
    const ledger = await loadThroughFault(
      platform,
      'kill -9 of order-service 1, then 2, then both three times',
      ORDERS,
      async (moments) => {
        await moments.accepted(50);
        await crash('order-service', 1);
        await moments.accepted(150);
        await crash('order-service', 2);
        // Without any replica, nothing completes the work in flight: orders stored but not answered, events published but
        // not deleted.
        for (const count of [280, 350, 420]) {
          await moments.accepted(count);
          await crash('order-service');
        }
      },
    );
    expectExactlyOnce(ledger, ORDERS);
  });

  async function crash(service: ServiceName, replica?: number): Promise<void> {
    await platform.topology.kill(service, replica);
    await platform.topology.start(service);
    await platform.topology.waitHealthy(service);
  }
});
