import { startTestRedis } from '@groundwork/testing';
import { BENTOCACHE, type Cache, CACHE_MANAGER, CACHEABLE, IOREDIS, OUR_TIER, OURS } from './reads/cache.ts';
import { fill, hits, invalidations, misses, readsOfMany, writes } from './reads/contestants.ts';
import { inMemory } from './reads/in-memory.ts';
import { overRedis, peersWithTags } from './reads/over-redis.ts';
import { type Contestant, type RaceResult, ratioText, type SuiteTools } from './suite-tools.ts';

const AT_ONCE = 64;

/** Measures hits in L1 and L2, misses, writes, reads of many keys and invalidations by tag, against other caches. */
export default {
  async measure(tools: SuiteTools) {
    const server = await startTestRedis();
    const local = inMemory();
    const remote = await overRedis(server.url);
    const tagged = peersWithTags(server.url);
    try {
      for (const cache of [...local, ...remote]) await fill(cache);
      tools.progress('hits in L1');
      const l1 = await tools.race(local.map((cache) => hits(cache, 1)));
      tools.progress('hits in L2');
      const single = await tools.race(remote.map((cache) => hits(cache, 1, 100)));
      const parallel = await tools.race(remote.map((cache) => hits(cache, AT_ONCE, 1_000)));
      tools.progress('reads of many keys');
      const many = await tools.race(able(remote, 'getMany').map(readsOfMany));
      tools.progress('misses, writes and invalidations');
      const miss = await tools.race(remote.filter(({ name }) => name !== OUR_TIER).map(misses));
      const set = await tools.race(able(remote, 'set').map(writes));
      const tag = await tools.race([...able(remote, 'invalidateTag'), ...tagged].map(invalidations));
      const tables = [memoryTable(l1), hitsTable(single, parallel), otherTable({ many, miss, set, tag })];
      return {
        tables,
        goals: [
          { what: 'ns of an awaited hit in L1', measured: l1.nanosecondsPerOperation(OURS), atMost: 150 },
          {
            what: `hits in L2, ${AT_ONCE} at once, to those of ioredis GET`,
            measured: parallel.ratio(OUR_TIER, IOREDIS),
            atLeast: 3,
          },
        ],
        faults: [],
        passages: [{ page: 'docs/caching.md', marker: 'cache-reads', tables }],
        files: { 'docs/caching/hits.svg': plotOf(tools, l1, parallel) },
      };
    } finally {
      await Promise.all([...local, ...remote, ...tagged].map(({ close }) => close()));
      await server.stop();
    }
  },
};

function able<K extends 'set' | 'getMany' | 'invalidateTag'>(caches: readonly Cache[], method: K) {
  return caches.filter((cache): cache is Cache & Required<Pick<Cache, K>> => cache[method] !== undefined);
}

const PEERS = [BENTOCACHE, CACHEABLE, CACHE_MANAGER];

function memoryTable(race: RaceResult) {
  return {
    title: 'An awaited hit in memory, of 1,000 keys in turn:',
    columns: ['cache', 'ns', 'ours to it'],
    rows: [OURS, ...PEERS].map((name) => [
      name,
      Math.round(race.nanosecondsPerOperation(name)).toLocaleString('en'),
      name === OURS ? '–' : ratioText(race.ratio(OURS, name)),
    ]),
  };
}

function hitsTable(single: RaceResult, parallel: RaceResult) {
  return {
    title: 'Hits in one Redis, without an answer of L1:',
    columns: ['cache', 'µs, one at a time', `a second, ${AT_ONCE} at once`, `to ioredis, ${AT_ONCE} at once`],
    rows: [OUR_TIER, OURS, IOREDIS, ...PEERS].map((name) => [
      name,
      microseconds(single, name),
      Math.round(parallel.perSecond(name)).toLocaleString('en'),
      name === IOREDIS ? '–' : ratioText(parallel.ratio(name, IOREDIS)),
    ]),
  };
}

function otherTable(races: Readonly<Record<'many' | 'miss' | 'set' | 'tag', RaceResult>>) {
  const cell = (race: RaceResult, name: string) => {
    try {
      return microseconds(race, name);
    } catch {
      return '–';
    }
  };
  return {
    title: 'Microseconds of other calls over Redis, one at a time:',
    columns: ['cache', '`getMany` of 100 keys', 'a miss with its load', '`set`', 'invalidation of a tag'],
    rows: [OURS, IOREDIS, ...PEERS].map((name) => [
      name,
      ...[races.many, races.miss, races.set, races.tag].map((race) => cell(race, name)),
    ]),
  };
}

function microseconds(race: RaceResult, name: string): string {
  return Math.round(race.nanosecondsPerOperation(name) / 1_000).toLocaleString('en');
}

function plotOf({ plot }: SuiteTools, l1: RaceResult, l2: RaceResult): string {
  const bar = (label: string, race: RaceResult, name: Contestant['name']) => {
    const value = race.nanosecondsPerOperation(name);
    const shown = value < 1_000 ? `${value.toFixed(0)} ns` : `${(value / 1_000).toFixed(1)} µs`;
    return { label, value, shown, tone: name.startsWith(OURS) ? 0 : 1 };
  };
  return plot.bars({
    title: 'One hit',
    axis: 'nanoseconds (each step of the scale is ten times the one before)',
    log: true,
    bars: [
      ...[OURS, ...PEERS].map((name) => bar(`${name}, in memory`, l1, name)),
      ...[OUR_TIER, OURS, IOREDIS, ...PEERS].map((name) =>
        bar(`${name}, Redis, ${AT_ONCE} at once`, l2, name),
      ),
    ],
  });
}
