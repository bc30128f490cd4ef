import { eventually, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { ratePolicy } from '../../src/gcra/rate-policy.ts';
import { LocalLimitStore } from '../../src/stores/local-limit-store.ts';
import { burstOf } from './burst-of.ts';
import {
  FLEXIBLE,
  IN_MEMORY,
  type Limiter,
  type MakeLimiter,
  OURS,
  overRedis,
  THROTTLER,
} from './limiters.ts';
import { type Contestant, type RaceResult, type Ratio, type SuiteTools } from './suite-tools.ts';

const KEYS = Array.from({ length: 1_000 }, (_, index) => `203.0.113.${index}`);
/** So large that a race admits everything: a denial costs less than an admission. */
const WIDE = [1_000_000, 1_000] as const;
const AT_ONCE = 64;
const REDIS_REQUESTS = 1_000;
const WITHOUT_AWAIT = 'ours, takeNow';

/** Measures decisions in memory and over Redis, and how many requests each limiter admits around the border of a window. */
export default {
  async measure(tools: SuiteTools) {
    const server = await startTestRedis();
    const redis = new Redis(server.url);
    try {
      const makers = overRedis(server.url, redis);
      await eventually(() => redis.ping().then(() => true));
      tools.progress('exactness and bursts');
      const faults = [...(await faultsOf(IN_MEMORY, 'in memory')), ...(await faultsOf(makers, 'over Redis'))];
      const bursts = await burstsOf(IN_MEMORY);
      tools.progress('decisions in memory');
      const memory = await raceInMemory(tools);
      tools.progress('decisions over Redis');
      const single = await raceOverRedis(tools, makers, 1);
      const parallel = await raceOverRedis(tools, makers, AT_ONCE);
      const tables = tablesOf(memory, single, parallel, bursts);
      return {
        tables,
        goals: [
          {
            what: 'ns a decision in memory, takeNow',
            measured: memory.nanosecondsPerOperation(WITHOUT_AWAIT),
            atMost: 80,
          },
          {
            what: `decisions over Redis, ${AT_ONCE} at once, to those of rate-limiter-flexible`,
            measured: parallel.ratio(OURS, FLEXIBLE),
            atLeast: 1.5,
          },
        ],
        faults,
        passages: [{ page: 'docs/rate-limiting.md', marker: 'limits', tables }],
        files: { 'docs/rate-limiting/decisions.svg': plotOf(tools, memory, parallel) },
      };
    } finally {
      redis.disconnect();
      await server.stop();
    }
  },
};

/** Each limiter must admit exactly 100 of 200 requests that arrive at once. */
async function faultsOf(makers: readonly MakeLimiter[], where: string): Promise<string[]> {
  const faults: string[] = [];
  for (const make of makers) {
    const limiter = make(100, 3_600);
    await eventually(() => limiter.allows('warm-up').then(() => true));
    const answers = await Promise.all(Array.from({ length: 200 }, () => limiter.allows('exact')));
    const admitted = answers.filter(Boolean).length;
    if (admitted !== 100) faults.push(`${limiter.name} ${where} admitted ${admitted} of a limit of 100`);
    await limiter.close();
  }
  return faults;
}

async function burstsOf(makers: readonly MakeLimiter[]): Promise<ReadonlyMap<string, number>> {
  const limiters = makers.map((make) => make(100, 1));
  const admitted = await Promise.all(limiters.map(burstOf));
  await Promise.all(limiters.map(({ close }) => close()));
  return new Map(limiters.map(({ name }, index) => [name, admitted[index] as number]));
}

async function raceInMemory(tools: SuiteTools): Promise<RaceResult> {
  const limiters = IN_MEMORY.map((make) => make(...WIDE));
  const race = await tools.race([takeNow(), ...limiters.map((limiter) => contestantOf(limiter, 1))]);
  await Promise.all(limiters.map(({ close }) => close()));
  return race;
}

function takeNow(): Contestant {
  const store = new LocalLimitStore();
  const policy = ratePolicy({ name: 'now', capacity: WIDE[0], ratePerSecond: WIDE[0] / WIDE[1] });
  let next = 0;
  return {
    name: WITHOUT_AWAIT,
    run: (operations) => {
      let sum = 0;
      for (const end = next + operations; next < end; next += 1)
        sum += store.takeNow(policy, KEYS[next % KEYS.length] as string, 1).remaining;
      return sum;
    },
  };
}

async function raceOverRedis(
  tools: SuiteTools,
  makers: readonly MakeLimiter[],
  atOnce: number,
): Promise<RaceResult> {
  const limiters = makers.map((make) => make(...WIDE));
  for (const { allows } of limiters) await eventually(() => allows('warm-up').then(() => true));
  const race = await tools.race(
    limiters.map((limiter) => ({ ...contestantOf(limiter, atOnce), operations: REDIS_REQUESTS })),
  );
  await Promise.all(limiters.map(({ close }) => close()));
  return race;
}

/** Requests of 1,000 clients, some at once. */
function contestantOf({ name, allows }: Limiter, atOnce: number): Contestant {
  let next = 0;
  const client = async (end: number) => {
    while (next < end) {
      next += 1;
      if (!(await allows(KEYS[next % KEYS.length] as string))) throw new Error(`${name} denied a request`);
    }
  };
  return {
    name,
    run: async (operations) => {
      const end = next + operations;
      await Promise.all(Array.from({ length: atOnce }, () => client(end)));
    },
  };
}

function tablesOf(
  memory: RaceResult,
  single: RaceResult,
  parallel: RaceResult,
  bursts: ReadonlyMap<string, number>,
) {
  const nanoseconds = (race: RaceResult, name: string) =>
    Math.round(race.nanosecondsPerOperation(name)).toLocaleString('en');
  return [
    {
      title: 'Decisions in memory, for 1,000 keys in turn:',
      columns: [
        'limiter',
        'ns a decision',
        'ours to it',
        'admitted of a limit of 100 a second within 300 ms',
      ],
      rows: [
        [WITHOUT_AWAIT, nanoseconds(memory, WITHOUT_AWAIT), '–', String(bursts.get(OURS))],
        ...[OURS, FLEXIBLE, THROTTLER].map((name) => [
          `${name}, awaited`,
          nanoseconds(memory, name),
          name === OURS ? '–' : ratioText(memory.ratio(OURS, name)),
          String(bursts.get(name)),
        ]),
      ],
    },
    {
      title: 'Decisions over one Redis, exact over all processes:',
      columns: ['limiter', 'µs, one at a time', 'ours to it', `a second, ${AT_ONCE} at once`, 'ours to it'],
      rows: [OURS, FLEXIBLE].map((name) => [
        name,
        (single.nanosecondsPerOperation(name) / 1_000).toFixed(0),
        name === OURS ? '–' : ratioText(single.ratio(OURS, name)),
        Math.round(parallel.perSecond(name)).toLocaleString('en'),
        name === OURS ? '–' : ratioText(parallel.ratio(OURS, name)),
      ]),
    },
  ];
}

function ratioText({ mean, low, high }: Ratio): string {
  return `${mean.toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`;
}

function plotOf({ plot }: SuiteTools, memory: RaceResult, parallel: RaceResult): string {
  const bar = (label: string, tone: number, nanoseconds: number) => ({
    ...{ label, tone, value: nanoseconds },
    shown: nanoseconds < 1_000 ? `${nanoseconds.toFixed(0)} ns` : `${(nanoseconds / 1_000).toFixed(1)} µs`,
  });
  const tone = (name: string) => (name.startsWith(OURS) ? 0 : 1);
  return plot.bars({
    title: 'One decision about a request',
    axis: 'nanoseconds (each step of the scale is ten times the one before)',
    log: true,
    bars: [
      ...[WITHOUT_AWAIT, OURS, FLEXIBLE, THROTTLER].map((name) =>
        bar(`${name}, in memory`, tone(name), memory.nanosecondsPerOperation(name)),
      ),
      ...[OURS, FLEXIBLE].map((name) =>
        bar(`${name}, over Redis, ${AT_ONCE} at once`, tone(name), parallel.nanosecondsPerOperation(name)),
      ),
    ],
  });
}
