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
  /** About so many are published. */
  readonly events: number;
  /** Let consumers forget what they have handled: the run has to fail. */
  readonly forgetInbox: boolean;
  /** Leave data and logs behind. */
  readonly keep: boolean;
  say(line: string): void;
}

export interface EventsResult extends EventsRun {
  readonly seconds: number;
  /** Why it did not pass; none: it did. */
  readonly faults: readonly string[];
}

/** Starts a platform of its own, sends orders through it while it is broken again and again, and draws up the ledger. */
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
  // A part of the orders for each fault: none is over before its part is placed, so that each meets traffic.
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

/** Every product can be sold to everybody: an order that finds nothing left publishes less. */
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
 * Waits until every order is settled, publishes the copies once more, now that the effects of their originals are long done, and
 * waits until every record is finished.
 *
 * @returns where some were not
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
