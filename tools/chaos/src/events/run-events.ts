import { type Order } from '@groundwork/contracts';
import {
  type Databases,
  drawUp,
  inParallel,
  inventoryOf,
  LOAD_SKUS,
  planOrders,
  type PlannedOrder,
  readBooks,
  Shop,
  unsettledCount,
} from '@groundwork/load';
import { describeLoad } from '../platform/machine.ts';
import { signUp } from '../platform/sign-up.ts';
import { untilNothingIsLeft } from '../platform/until-nothing-is-left.ts';
import { type Platform, withPlatform } from '../platform/with-platform.ts';
import { type EventsRun, faultsOfEvents } from './events-verdict.ts';
import { planFaults } from './fault-plan.ts';
import { Faults } from './faults.ts';
import { makeInboxForgetful } from './forgetful-inbox.ts';
import { formatEvents } from './format-events.ts';
import { type LaggingTopic, laggingTopics, lagOf } from './group-lag.ts';
import { inboxCounts } from './inbox-counts.ts';
import { PublishedEvents } from './published-events.ts';

/** Placed, reserved, settled. */
const EVENTS_AN_ORDER = 3;
const ORDERS_A_CUSTOMER = 12;
const AT_ONCE = 16;
const GROUPS = ['event-processor', 'order-service', 'chaos'];

export interface EventsOptions {
  /** Approximate number of published events. */
  readonly events: number;
  /** Makes consumers lose their inbox: the run must fail. */
  readonly forgetInbox: boolean;
  /** Keeps data and logs after the run. */
  readonly keep: boolean;
  say(line: string): void;
}

export interface EventsResult extends EventsRun {
  readonly seconds: number;
  /** The reasons why the run failed; empty if it passed. */
  readonly faults: readonly string[];
}

/** Starts a separate platform, sends orders through it while faults are injected, and compares the ledger. */
export async function runEvents(options: EventsOptions): Promise<EventsResult> {
  options.say(`${describeLoad()}. Starting a platform on free ports …`);
  return withPlatform(options, async (platform) => {
    options.say(`Ready: ${platform.gateways.join(', ')}. Logs: ${platform.logs}`);
    const brokers = [platform.topology.address('kafka', 9092)];
    const published = await PublishedEvents.follow(brokers);
    try {
      const began = Date.now();
      const run = await breakAndCount(options, platform, published, brokers);
      const result = { ...run, seconds: (Date.now() - began) / 1_000, faults: faultsOfEvents(run) };
      options.say(formatEvents(run, result.seconds, result.faults));
      if (result.faults.length > 0) platform.keepLogs();
      return result;
    } finally {
      await published.close();
    }
  });
}

async function breakAndCount(
  { events, forgetInbox, say }: EventsOptions,
  platform: Platform,
  published: PublishedEvents,
  brokers: string[],
): Promise<EventsRun> {
  const databases = platform.databases([1, 2]);
  if (forgetInbox) await makeInboxForgetful(databases);
  const orders = Math.ceil(events / EVENTS_AN_ORDER);
  const customerIds = await signUp(platform.gateways, Math.ceil(orders / ORDERS_A_CUSTOMER));
  await fillStores(databases, orders);
  const before = await inventoryOf(databases, LOAD_SKUS);
  const faults = new Faults(platform.topology);
  const planned = planFaults(events);
  const accepted: Order[] = [];
  const shop = new Shop(platform.gateways);
  // One part of the orders for each fault. A part is placed during its fault, so that each fault meets traffic.
  const parts = partsOf(planOrders(orders, customerIds), planned.length);
  for (const [index, kind] of planned.entries()) {
    const [told] = await Promise.all([faults.run(kind), placeAll(shop, parts[index] ?? [], accepted)]);
    say(
      `    ${told}; ${accepted.length} of ${orders} orders accepted, ${published.total} events published, ${published.copies} twice`,
    );
  }
  const lagging = await settle({ databases, customerIds, accepted, published, brokers, say });
  const after = await inventoryOf(databases, LOAD_SKUS);
  return {
    ledger: drawUp({ accepted, before, after, ...(await readBooks(databases, customerIds)) }),
    orders,
    published: published.counts,
    copies: published.copies,
    remembered: await inboxCounts(databases),
    lagging,
    deadLetters: (await databases.onEvents('select from dead_letters')).length,
    planned,
    done: faults.done,
  };
}

/** Fills the stock so that every order can be served: an order that is rejected for lack of stock publishes fewer events. */
async function fillStores({ events }: Databases, orders: number): Promise<void> {
  await events.query('update read_model.products set stock = stock + $2 where sku = any($1)', [
    LOAD_SKUS,
    orders * 4,
  ]);
}

function partsOf<T>(all: readonly T[], count: number): readonly (readonly T[])[] {
  const border = (part: number) => Math.round((part * all.length) / count);
  return Array.from({ length: count }, (_, part) => all.slice(border(part), border(part + 1)));
}

async function placeAll(shop: Shop, planned: readonly PlannedOrder[], accepted: Order[]): Promise<void> {
  await inParallel(planned, AT_ONCE, async ({ order, key }) => {
    accepted.push(await shop.placeSurely(order, key));
  });
}

interface Unsettled {
  readonly databases: Databases;
  readonly customerIds: readonly string[];
  readonly accepted: readonly Order[];
  readonly published: PublishedEvents;
  readonly brokers: string[];
  say(line: string): void;
}

/**
 * Waits until every order is settled. Then publishes the copies once more, long after the effects of their originals are
 * complete, and waits until every record is finished.
 *
 * @returns the topics with unfinished records
 */
async function settle({
  databases,
  customerIds,
  accepted,
  published,
  brokers,
  say,
}: Unsettled): Promise<readonly LaggingTopic[]> {
  await untilNothingIsLeft({
    what: 'orders and events unsettled',
    say,
    async count() {
      const unread = Math.max(0, accepted.length - published.counts.outcomes);
      return unread + (await unsettledCount(databases, customerIds, accepted.length));
    },
  });
  await published.copyAgain();
  await untilNothingIsLeft({ what: 'records unfinished', say, count: () => lagOf(brokers, GROUPS) });
  return laggingTopics(brokers, GROUPS);
}
