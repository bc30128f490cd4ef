import { setTimeout as delay } from 'node:timers/promises';
import { type Lab } from '../lab.ts';
import { atLeast, exactly } from '../readings.ts';
import { FLUSH_MS } from './limits.ts';
import { type Comparison, Tables } from './tables.ts';
import { ViewsProcess } from './views-process.ts';
import { openWriter, type Version } from './writer.ts';

const KILLS = 2;
/** In the middle between two flushes of the naive version, whose timer starts with its process. */
const KILLED_AFTER_MS = 1.5 * FLUSH_MS;
const LOCKED_MS = 2 * FLUSH_MS;
const BASKETS = 100;
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];

type Both<T> = Readonly<Record<Version, T>>;

export const writeBehind: Lab = {
  name: 'write-behind',
  pattern: 'Write-behind',
  naiveFailure: 'acknowledged writes are lost when the process dies or a flush fails; old values win',
  experiment:
    `A process counts views, is killed with kill -9 and started again, ${KILLS} times. Then a migration locks the table for ` +
    `${LOCKED_MS / 1_000} s. At the end, two processes change the same ${BASKETS} baskets, one after the other.`,
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
      progress(`two processes change the same ${BASKETS} baskets`);
      return resultOf(killed, locked, await ofBoth(lostBaskets));
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

    /** Half of the baskets are written by the first process before the second one, the others after it. */
    async function lostBaskets(version: Version): Promise<number> {
      const first = await openWriter(version, servers);
      await delay(FLUSH_MS / 2);
      const second = await openWriter(version, servers);
      for (let customer = 0; customer < BASKETS; customer += 1) {
        const [earlier, later] = customer < BASKETS / 2 ? [first, second] : [second, first];
        await earlier.putBasket(`customer-${customer}`, 'old');
        await later.putBasket(`customer-${customer}`, 'new');
      }
      // Both processes flush at their own time.
      await delay(2 * FLUSH_MS);
      await Promise.all([first.close(), second.close()]);
      return BASKETS - (await tables.basketsWith(version, 'new'));
    }
  },
};

async function ofBoth<T>(work: (version: Version) => Promise<T>): Promise<Both<T>> {
  const [naive, ours] = await Promise.all([work('naive'), work('ours')]);
  return { naive, ours };
}

function resultOf(killed: Both<Comparison>, locked: Both<Comparison>, baskets: Both<number>) {
  const bar = (version: Version, what: string, { missing, acknowledged }: Comparison) => ({
    ...{ label: `${version}: ${what}, of ${acknowledged}`, value: missing, version },
  });
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
        what: 'views that are counted twice',
        naive: exactly(0, killed.naive.tooMany + locked.naive.tooMany),
        ours: exactly(0, killed.ours.tooMany + locked.ours.tooMany),
      },
      {
        what: `baskets whose newest acknowledged write is lost, of ${BASKETS}`,
        naive: atLeast(1, baskets.naive),
        ours: exactly(0, baskets.ours),
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
