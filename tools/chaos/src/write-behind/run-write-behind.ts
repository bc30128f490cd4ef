import { LOAD_SKUS, Shop } from '@groundwork/load';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { describeLoad } from '../platform/machine.ts';
import { signUp } from '../platform/sign-up.ts';
import { untilNothingIsLeft } from '../platform/until-nothing-is-left.ts';
import { type Platform, withPlatform } from '../platform/with-platform.ts';
import { BasketClient } from './basket-client.ts';
import { formatWriteBehind } from './format-write-behind.ts';
import { injectFault } from './inject-faults.ts';
import { describeFault, planFaults } from './kill-plan.ts';
import { readStored, storedPosition } from './stored-writes.ts';
import { ViewClients } from './view-clients.ts';
import { faultsOfWriteBehind, type WriteBehindRun } from './write-behind-verdict.ts';

const PRODUCTS = 2;
const WRITERS_A_PRODUCT = 3;
const CUSTOMERS = 4;
/** The log is emptied after the first one: the others show that the run goes on, and still notices. */
const FAULTS_WITH_EMPTY_LOG = 3;

export interface WriteBehindDrillOptions {
  /** How often every fault happens. */
  readonly rounds: number;
  /** Empties the log while it has acknowledged writes: the run must fail. */
  readonly emptyLog: boolean;
  readonly keep: boolean;
  say(line: string): void;
}

export interface WriteBehindResult extends WriteBehindRun {
  readonly seconds: number;
  readonly faults: readonly string[];
}

/** Starts a separate platform, writes views and baskets while its processes are killed, and counts what the database has. */
export async function runWriteBehind(options: WriteBehindDrillOptions): Promise<WriteBehindResult> {
  options.say(`${describeLoad()}. Starting a platform on free ports …`);
  return withPlatform(options, async (platform) => {
    options.say(`Ready: ${platform.gateways.join(', ')}. Logs: ${platform.logs}`);
    const began = Date.now();
    const run = await breakAndCount(options, platform);
    const result = { ...run, seconds: (Date.now() - began) / 1_000, faults: faultsOfWriteBehind(run) };
    options.say(formatWriteBehind(result));
    if (result.faults.length > 0) platform.keepLogs();
    return result;
  });
}

async function breakAndCount(
  { rounds, emptyLog, say }: WriteBehindDrillOptions,
  { gateways, topology }: Platform,
): Promise<WriteBehindRun> {
  const shop = new Shop(gateways);
  const views = LOAD_SKUS.slice(0, PRODUCTS).map((sku) => new ViewClients(shop, sku));
  const customerIds = await signUp(gateways, CUSTOMERS);
  const baskets = customerIds.map((id) => new BasketClient(shop, id, LOAD_SKUS[0] as string));
  let isOver = false;
  const untilOver = async (step: () => Promise<void>) => {
    while (!isOver) await step();
  };
  const clients = Promise.all([
    ...views.flatMap((client) =>
      Array.from({ length: WRITERS_A_PRODUCT }, () => untilOver(() => client.count())),
    ),
    ...views.map((client) => untilOver(() => client.check())),
    ...baskets.map((client) => untilOver(() => client.write().then(() => client.check()))),
  ]);
  // An unexpected answer ends the drill after the current fault.
  clients.catch(() => (isOver = true));
  const planned = planFaults(rounds).slice(0, emptyLog ? FAULTS_WITH_EMPTY_LOG : undefined);
  let done = 0;
  for (const fault of planned) {
    if (isOver) break;
    await injectFault(topology, fault);
    done += 1;
    const total = views.reduce((sum, { books }) => sum + books.acknowledged, 0);
    const writes = baskets.reduce((sum, { books }) => sum + books.writes, 0);
    say(`    ${describeFault(fault)}; ${total} views and ${writes} baskets acknowledged`);
    if (emptyLog && done === 1) await emptyTheLog(topology);
  }
  isOver = true;
  await clients;
  const stored = await settle(topology, say);
  return {
    ...{ views: views.map(({ books }) => books), baskets: baskets.map(({ books }) => books) },
    ...{ ...stored, faultsPlanned: planned.length, faultsDone: done },
  };
}

/** Waits until the database has applied every write of the log, and reads what it has. */
async function settle(topology: Platform['topology'], say: (line: string) => void) {
  const database = new Client({ connectionString: topology.database('postgres-events') });
  const log = new Redis(`redis://${topology.address('redis-log', 6379)}`);
  await database.connect();
  try {
    await untilNothingIsLeft({
      what: 'acknowledged writes not applied',
      say,
      count: async () => {
        const [key] = await log.keys('{write-behind:*}:m');
        const last = key === undefined ? 0 : Number(await log.hget(key, 'last'));
        return last - (await storedPosition(database));
      },
    });
    return await readStored(database);
  } finally {
    await database.end();
    log.disconnect();
  }
}

/** While the database stands still, acknowledged writes are in the log only. */
async function emptyTheLog(topology: Platform['topology']): Promise<void> {
  const log = new Redis(`redis://${topology.address('redis-log', 6379)}`);
  await topology.kill('postgres-events', 1, 'SIGSTOP');
  try {
    const entries = async () => {
      const [key] = await log.keys('{write-behind:*}:s');
      return key === undefined ? 0 : log.xlen(key);
    };
    while ((await entries()) === 0) await new Promise((resolve) => setImmediate(resolve));
    await log.flushall();
  } finally {
    await topology.kill('postgres-events', 1, 'SIGCONT');
    log.disconnect();
  }
}
