import {
  drawUp,
  type Inventory,
  inventoryOf,
  type Ledger,
  LOAD_SKUS,
  readBooks,
  unsettledCount,
} from '@groundwork/load';
import { type Order } from '@groundwork/contracts';
import { slotOf } from '@groundwork/sharding';
import { eventually } from '@groundwork/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { signUp } from '../platform/sign-up.ts';
import { untilNothingIsLeft } from '../platform/until-nothing-is-left.ts';
import { type WriterOptions, type Writings } from '../writers/messages.ts';
import { Writers } from '../writers/writers.ts';
import { type Drill, type DrillResult, type Site } from './drill.ts';
import { latencyOf, seenPause, type Span, within } from './latency.ts';
import { slotsIn } from './slots-in.ts';
import { epochOf, pauseOf, switchesSince } from './switches.ts';
import { faultsOf } from './verdict.ts';

const WRITERS = 2;
const ORDERS_A_CUSTOMER = 12;
const FEWEST_CUSTOMERS = 120;
/**
 * There is one watched customer for this many orders a second. A watched customer orders again as soon as an order is
 * answered.
 */
const ORDERS_FOR_A_WATCHED = 2.5;
const WARM_UP_MS = 2_000;
const BEFORE_MS = 15_000;
/** The writers continue for this time after the slots have moved. */
const AFTER_MS = 2_000;
/** A margin for orders that are retried or that started before the slots moved: they are accepted but do not count. */
const MARGIN = 1.05;
const TOLD_EVERY_MS = 5_000;

/** Starts two writing processes, runs the drill, waits until everything is settled, and compares the ledger. */
export async function runDrill(site: Site, drill: Drill): Promise<DrillResult> {
  const began = Date.now();
  site.say(`\n${drill.title}`);
  const moved = slotsIn(drill.slots);
  const customerIds = await signUp(
    site.gateways,
    drill.customers ?? Math.max(FEWEST_CUSTOMERS, drill.orders / ORDERS_A_CUSTOMER),
  );
  const before = await inventoryOf(site.databases, LOAD_SKUS);
  const options = optionsOf(site, drill, customerIds, moved);
  const epoch = await epochOf(site.databases.directory);
  const { writings, span, calm } = await writeDuring(site, options, drill, customerIds);
  const accepted = [...writings.accepted, ...(drill.alsoAccepted ?? [])];
  const ledger = await settleAndDrawUp(site, customerIds, accepted, before);
  const placings = within(writings.placings, span);
  const switches = await switchesSince(site.databases.directory, epoch);
  const changedHands = new Set(switches.map(({ slot }) => slot));
  const watchedSlots = new Set<number>(
    options.flatMap(({ watchedIds }) => watchedIds.map((id) => slotOf(id))),
  );
  const result = {
    name: drill.name,
    title: drill.title,
    seconds: (Date.now() - began) / 1_000,
    ledger,
    machine: site.machine,
    slotsWanted: moved.size,
    slotsMoved: [...moved].filter((slot) => changedHands.has(slot)).length,
    switches: switches.length,
    ordersMeanwhile: placings.length,
    reads: writings.reads,
    failures: writings.failures.filter(({ wasDeferred }) => !wasDeferred),
    deferred: writings.failures.filter(({ wasDeferred }) => wasDeferred),
    measuredPause: pauseOf(switches.filter(({ slot }) => moved.has(slot))),
    watchedSwitches: switches.filter(({ slot }) => watchedSlots.has(slot)).length,
    seenPause: seenPause(placings, switches),
    before: latencyOf(within(writings.placings, calm)),
    meanwhile: latencyOf(placings),
  };
  return { ...result, faults: faultsOf(result, drill) };
}

function optionsOf(
  { gateways }: Site,
  { ordersPerSecond }: Drill,
  customerIds: readonly string[],
  moved: ReadonlySet<number>,
): readonly WriterOptions[] {
  const each = ordersPerSecond / WRITERS;
  const watched = Math.max(1, Math.round(each / ORDERS_FOR_A_WATCHED));
  return Array.from({ length: WRITERS }, (_, writer) => {
    const own = customerIds.filter((_id, index) => index % WRITERS === writer);
    const watchedIds = own.filter((id) => moved.has(slotOf(id))).slice(0, watched);
    return { gateways, customerIds: own, ordersPerSecond: each, watchedIds };
  });
}

interface Written {
  readonly writings: Writings;
  /** The time before anything moved. */
  readonly calm: Span;
  /** The time while slots moved. */
  readonly span: Span;
}

async function writeDuring(
  site: Site,
  options: readonly WriterOptions[],
  drill: Drill,
  customerIds: readonly string[],
): Promise<Written> {
  const writers = new Writers(options);
  const telling = setInterval(
    () =>
      site.say(
        `    ${writers.accepted} orders accepted, ${writers.failed} requests failed at the first attempt`,
      ),
    TOLD_EVERY_MS,
  );
  try {
    await eventually(() => writers.accepted > 0, { within: 30_000 });
    await pause(WARM_UP_MS);
    const calm = { from: Date.now(), to: Date.now() + BEFORE_MS };
    await pause(BEFORE_MS);
    const from = Date.now();
    const before = writers.accepted;
    const isEnough = () => writers.accepted - before >= drill.orders * MARGIN;
    await drill.run({ customerIds, isEnough });
    const span = { from, to: Date.now() };
    await pause(AFTER_MS);
    return { writings: await writers.finish(), calm, span };
  } finally {
    clearInterval(telling);
    writers.kill();
  }
}

/** Waits until no order is pending and no event is in an outbox; the ledger reports what is missing after the timeout. */
async function settleAndDrawUp(
  { databases, say }: Site,
  customerIds: readonly string[],
  accepted: readonly Order[],
  before: Inventory,
): Promise<Ledger> {
  await untilNothingIsLeft({
    what: 'orders and events unsettled',
    say,
    count: () => unsettledCount(databases, customerIds, accepted.length),
  });
  const after = await inventoryOf(databases, LOAD_SKUS);
  return drawUp({ accepted, before, after, ...(await readBooks(databases, customerIds)) });
}
