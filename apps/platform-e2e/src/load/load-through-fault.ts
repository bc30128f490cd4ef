import { type Order } from '@groundwork/contracts';
import {
  drawUp,
  formatLedger,
  type Inventory,
  inParallel,
  inventoryOf,
  type Ledger,
  LOAD_SKUS,
  planOrders,
  readBooks,
  settledCount,
  unsettledCount,
} from '@groundwork/load';
import { eventually } from '@groundwork/testing';
import { type Platform } from '../platform.ts';
import { say } from '../run/say.ts';
import { RunningLoad } from './running-load.ts';

/** More than the partitions of a topic, so that every partition has work. */
const CUSTOMERS = 24;
const SETTLED_WITHIN_MS = 120_000;

/** The moments of a load that a fault can wait for. */
export interface Moments {
  /** Resolves when this many orders have been answered with 201. */
  accepted(count: number): Promise<void>;
  /** Resolves when this many orders are confirmed or rejected, so events are being processed. */
  settled(count: number): Promise<void>;
}

/**
 * Places `count` orders, runs `fault` in the middle (which also repairs its damage), waits until all orders are settled, and
 * computes the ledger. At the end every customer places one more order. Partitions keep their order, so once these last
 * orders are settled, every redelivered event had its chance to take effect twice.
 */
export async function loadThroughFault(
  platform: Platform,
  title: string,
  count: number,
  fault: (moments: Moments) => Promise<void>,
): Promise<Ledger> {
  const { shop, databases } = platform;
  const customers = await inParallel(Array.from({ length: CUSTOMERS }), 8, () => shop.newCustomer());
  const ids = customers.map(({ id }) => id);
  const before = await inventoryOf(databases, LOAD_SKUS);

  const load = new RunningLoad(shop, planOrders(count, ids));
  await fault({
    accepted: (wanted) => load.reaches(wanted),
    settled: async (wanted) => {
      await eventually(async () => (await settledCount(databases, ids)) >= wanted, { within: 60_000 });
    },
  });
  const accepted = [...(await load.finish())];
  const last = planOrders(CUSTOMERS, ids);
  accepted.push(...(await inParallel(last, 8, ({ order, key }) => shop.placeSurely(order, key))));
  await settle(platform, ids, accepted.length);
  return ledgerOf(platform, title, ids, accepted, before);
}

/** Waits until no order is pending and every outbox is empty. After the time limit, the ledger shows the missing orders. */
async function settle({ databases }: Platform, customerIds: readonly string[], count: number): Promise<void> {
  const began = Date.now();
  await eventually(async () => (await unsettledCount(databases, customerIds, count)) === 0, {
    within: SETTLED_WITHIN_MS,
  }).catch(() => say(`  not all orders are settled after ${SETTLED_WITHIN_MS / 1_000} s; see the ledger`));
  say(`  settled ${((Date.now() - began) / 1_000).toFixed(1)} s after the last order`);
}

async function ledgerOf(
  { databases }: Platform,
  title: string,
  customerIds: readonly string[],
  accepted: readonly Order[],
  before: Inventory,
): Promise<Ledger> {
  const ledger = drawUp({
    accepted,
    before,
    after: await inventoryOf(databases, [...before.stock.keys()]),
    ...(await readBooks(databases, customerIds)),
  });
  say(formatLedger(title, ledger));
  return ledger;
}
