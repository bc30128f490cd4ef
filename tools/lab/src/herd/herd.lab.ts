import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Lab } from '../lab.ts';
import { runProcesses } from '../processes/run-processes.ts';
import { atLeast, exactly } from '../readings.ts';
import { openCache, type Version } from './cache.ts';
import { LOAD_MS, Source } from './source.ts';

const PROCESSES = 8;
const STARTING_MS = 4_000;
const TTL_MS = 60_000;
const READS_AFTERWARDS = 20;

const READER = new URL('reader.process.ts', import.meta.url);

export const herd: Lab = {
  name: 'herd',
  pattern: 'Loading a cache',
  naiveFailure: 'every process loads the same entry; an invalidation during a load is lost',
  experiment:
    `An entry has expired. ${PROCESSES} processes read it at the same moment, 50 times each; a load takes ${LOAD_MS} ms. Then the ` +
    'value changes, and its entry is invalidated, while a load of the old value is in flight.',
  page: 'docs/caching.md',

  async run({ redis, progress }) {
    const url = await redis();
    const admin = new Redis(url);
    const source = new Source(admin);
    try {
      progress(`naive: ${PROCESSES} processes read at once`);
      const naive = { loads: await loadsOf('naive'), stale: await staleReads('naive') };
      await admin.flushall();
      progress(`ours: ${PROCESSES} processes read at once`);
      const ours = { loads: await loadsOf('ours'), stale: await staleReads('ours') };
      return {
        measures: [
          {
            what: `loads for ${PROCESSES * 50} reads of the expired entry`,
            naive: exactly(PROCESSES, naive.loads),
            ours: exactly(1, ours.loads),
          },
          {
            what: `reads of the old value after the invalidation, of ${READS_AFTERWARDS}`,
            naive: atLeast(1, naive.stale),
            ours: exactly(0, ours.stale),
          },
        ],
        plot: {
          title: `Loads of one entry by ${PROCESSES} processes, and old values of ${READS_AFTERWARDS} reads`,
          axis: 'loads, reads',
          bars: [
            { label: 'naive: loads', value: naive.loads, version: 'naive' },
            { label: 'ours: loads', value: ours.loads, version: 'ours' },
            { label: 'naive: old values', value: naive.stale, version: 'naive' },
            { label: 'ours: old values', value: ours.stale, version: 'ours' },
          ],
        },
      };
    } finally {
      admin.disconnect();
    }

    async function loadsOf(version: Version): Promise<number> {
      await source.set('old');
      await source.takeLoads();
      const args = [version, url, String(TTL_MS), String(Date.now() + STARTING_MS)];
      await runProcesses(READER, Array<string[]>(PROCESSES).fill(args));
      return source.takeLoads();
    }

    /** The value changes while a load has read the old one and has not stored it yet. */
    async function staleReads(version: Version): Promise<number> {
      const [reader, writer] = [await openCache(version, url, TTL_MS), await openCache(version, url, TTL_MS)];
      await Promise.all([reader, writer].map((cache) => cache.invalidate('product')));
      const loading = reader.getOrSet('product', () => source.load());
      await delay(LOAD_MS / 2);
      await source.set('new');
      // Every process invalidates when it is notified of a change.
      await Promise.all([reader, writer].map((cache) => cache.invalidate('product')));
      await loading;
      let stale = 0;
      for (let read = 0; read < READS_AFTERWARDS; read += 1)
        if ((await reader.getOrSet('product', () => source.load())) === 'old') stale += 1;
      for (const cache of [reader, writer]) cache.close();
      return stale;
    }
  },
};
