import { setTimeout as delay } from 'node:timers/promises';
import { type Lab } from '../lab.ts';
import { atLeast, exactly } from '../readings.ts';
import { FLUSH_MS, PAGES } from './limits.ts';
import { type Comparison, Tables } from './tables.ts';
import { ViewsProcess } from './views-process.ts';
import { openWriter, type Version, type Writer } from './writer.ts';

const KILLS = 2;
/** In the middle between two flushes of the naive version, whose timer starts with its process. */
const KILLED_AFTER_MS = 1.5 * FLUSH_MS;
const LOCKED_MS = 2 * FLUSH_MS;
const BASKETS = 100;
const REPEATED = 100;
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];

type Both<T> = Readonly<Record<Version, T>>;

interface Shared {
  readonly lostBaskets: number;
  readonly tooMany: number;
}

export const writeBehind: Lab = {
  name: 'write-behind',
  pattern: 'Write-behind',
  naiveFailure: 'acknowledged writes are lost when the process dies or a flush fails; old values win',
  experiment:
    `A process counts views, is killed with kill -9 and started again, ${KILLS} times. Then a migration locks the table for ` +
    `${LOCKED_MS / 1_000} s. At the end, two processes change the same ${BASKETS} baskets, and ${REPEATED} calls are sent to both of them.`,
  page: 'docs/caching.md',

  async run({ redis, postgres, progress }) {
    const [redisUrl, databaseUrl] = [await redis({ args: DURABLE }), await postgres()];
    const servers = { redisUrl, databaseUrl };
    const tables = await Tables.create(databaseUrl);
    try {
      progress(`counting views; each process is killed ${KILLS} times`);
      const killed = await ofBoth(countWithKills);
      progress('counting views, while a migration locks the tables');
      const locked = await countWithLock();
      progress('two processes change the same baskets, and receive the same calls');
      return resultOf(killed, locked, await ofBoth(writeInTwoProcesses));
    } finally {
      await tables.close();
    }

    async function countWithKills(version: Version): Promise<Comparison> {
      let acknowledged = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        // The client of the killed process repeats the call that was not answered.
        const killed = new ViewsProcess(version, servers, 'killed', acknowledged);
        await killed.untilItCounts();
        await delay(KILLED_AFTER_MS);
        acknowledged += await killed.end('SIGKILL');
      }
      const last = new ViewsProcess(version, servers, 'killed', acknowledged);
      await last.untilItCounts();
      acknowledged += await last.end('SIGTERM');
      return tables.compareViews(version, 'killed', acknowledged);
    }

    async function countWithLock(): Promise<Both<Comparison>> {
      const running = await ofBoth(async (version) => {
        const counting = new ViewsProcess(version, servers, 'locked', 0);
        await counting.untilItCounts();
        return counting;
      });
      await tables.lockViews();
      await delay(LOCKED_MS);
      await tables.unlockViews();
      return ofBoth(async (version) =>
        tables.compareViews(version, 'locked', await running[version].end('SIGTERM')),
      );
    }

    /** Both writers are in this process, but they share only the servers. */
    async function writeInTwoProcesses(version: Version): Promise<Shared> {
      const first = await openWriter(version, servers);
      await delay(FLUSH_MS / 2);
      const second = await openWriter(version, servers);
      await putBaskets(first, second);
      await countViews(first, 0, REPEATED);
      await countViews(second, 0, REPEATED / 2);
      // Both processes flush at their own time. The other calls are repeated after their views are in the database.
      await delay(2 * FLUSH_MS);
      await countViews(second, REPEATED / 2, REPEATED);
      await Promise.all([first.close(), second.close()]);
      const { tooMany } = await tables.compareViews(version, 'repeated', REPEATED);
      return { lostBaskets: BASKETS - (await tables.basketsWith(version, 'new')), tooMany };
    }
  },
};

/** The first process writes one half of the baskets before the second process, and the other half after it. */
async function putBaskets(first: Writer, second: Writer): Promise<void> {
  for (let customer = 0; customer < BASKETS; customer += 1) {
    const [earlier, later] = customer < BASKETS / 2 ? [first, second] : [second, first];
    await earlier.putBasket(`customer-${customer}`, 'old');
    await later.putBasket(`customer-${customer}`, 'new');
  }
}

async function countViews(writer: Writer, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += 1)
    await writer.countView(`repeated-${number % PAGES}`, `repeated-${number}`);
}

async function ofBoth<T>(work: (version: Version) => Promise<T>): Promise<Both<T>> {
  const [naive, ours] = await Promise.all([work('naive'), work('ours')]);
  return { naive, ours };
}

function resultOf(killed: Both<Comparison>, locked: Both<Comparison>, shared: Both<Shared>) {
  const bar = (version: Version, what: string, { missing, acknowledged }: Comparison) => ({
    ...{ label: `${version}: ${what}, of ${acknowledged}`, value: missing, version },
  });
  const tooMany = (version: Version) =>
    killed[version].tooMany + locked[version].tooMany + shared[version].tooMany;
  return {
    measures: [
      {
        what: `acknowledged views that are missing after kill -9, ${KILLS} times`,
        naive: atLeast(KILLS, killed.naive.missing),
        ours: exactly(0, killed.ours.missing),
      },
      {
        what: `acknowledged views that are missing after a lock of ${LOCKED_MS / 1_000} s`,
        naive: atLeast(1, locked.naive.missing),
        ours: exactly(0, locked.ours.missing),
      },
      {
        what: `views that are counted twice; clients send ${REPEATED} calls again`,
        naive: atLeast(1, tooMany('naive')),
        ours: exactly(0, tooMany('ours')),
      },
      {
        what: `baskets whose newest acknowledged write is lost, of ${BASKETS}`,
        naive: atLeast(1, shared.naive.lostBaskets),
        ours: exactly(0, shared.ours.lostBaskets),
      },
    ],
    plot: {
      title: 'Acknowledged views that are missing',
      axis: 'views',
      bars: [
        bar('naive', 'kill -9', killed.naive),
        bar('ours', 'kill -9', killed.ours),
        bar('naive', 'locked table', locked.naive),
        bar('ours', 'locked table', locked.ours),
      ],
    },
  };
}
