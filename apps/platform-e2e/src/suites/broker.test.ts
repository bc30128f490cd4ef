import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { expectExactlyOnce } from '../load/expect-exactly-once.ts';
import { loadThroughFault } from '../load/load-through-fault.ts';
import { type Platform, underTest } from '../platform.ts';

const ORDERS = 300;

describe('a broker that is killed under load', () => {
  let platform: Platform;

  beforeAll(() => {
    platform = underTest();
  });

  afterAll(async () => {
    await platform.topology.start('kafka');
    await platform.close();
  });

  it('does not prevent new orders, and no order is lost after its restart', async () => {
    const { topology } = platform;
    const ledger = await loadThroughFault(platform, 'kill -9 of the broker', ORDERS, async (moments) => {
      await moments.settled(50);
      await topology.kill('kafka');
      await moments.accepted(ORDERS);
      await topology.start('kafka');
      await topology.waitHealthy('kafka');
    });
    expectExactlyOnce(ledger, ORDERS);
  });
});
