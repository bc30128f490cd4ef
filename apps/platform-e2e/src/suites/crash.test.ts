import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { expectExactlyOnce } from '../ledger/expect-exactly-once.ts';
import { loadThroughFault } from '../load/load-through-fault.ts';
import { type Platform, underTest } from '../platform.ts';

const ORDERS = 500;

describe('a crash in the middle of 500 orders', () => {
  let platform: Platform;

  beforeAll(() => {
    platform = underTest();
  });

  afterAll(() => platform.close());

  it('of event-processor, one replica and then the other, settles every order exactly once', async () => {
    const { topology } = platform;
    const ledger = await loadThroughFault(
      platform,
      'kill -9 of event-processor 1, then 2',
      ORDERS,
      async (moments) => {
        await moments.settled(60);
        await topology.kill('event-processor', 1);
        await moments.accepted(250);
        await topology.start('event-processor');
        await topology.waitHealthy('event-processor');
        await moments.settled(200);
        await topology.kill('event-processor', 2);
        await moments.accepted(ORDERS);
        await topology.start('event-processor');
        await topology.waitHealthy('event-processor');
      },
    );
    expectExactlyOnce(ledger, ORDERS);
  });

  it('of order-service, one replica and then the other, settles every order exactly once', async () => {
    const { topology } = platform;
    const ledger = await loadThroughFault(
      platform,
      'kill -9 of order-service 1, then 2',
      ORDERS,
      async (moments) => {
        await moments.accepted(100);
        await topology.kill('order-service', 1);
        await moments.accepted(200);
        await topology.start('order-service');
        await topology.waitHealthy('order-service');
        await moments.accepted(300);
        await topology.kill('order-service', 2);
        await moments.accepted(400);
        await topology.start('order-service');
        await topology.waitHealthy('order-service');
      },
    );
    expectExactlyOnce(ledger, ORDERS);
  });
});
