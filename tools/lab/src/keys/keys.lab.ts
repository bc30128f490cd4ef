import { setTimeout as delay } from 'node:timers/promises';
import { type ConnectedRedisTier, connectRedisTier } from '@groundwork/caching/redis';
import { Redis } from 'ioredis';
import { type Lab } from '../lab.ts';
import { startProcess } from '../processes/run-processes.ts';
import { atLeast, atMost, count, exactly, milliseconds, times } from '../readings.ts';
import { naiveInvalidation } from './naive-invalidation.ts';

const KEYS = 1_000_000;
const SAMPLE = 100;
const PART = 10_000;
const COPY_PART = `
  for number = ARGV[3], ARGV[4] do redis.call('COPY', KEYS[1], ARGV[1] .. number .. ARGV[2]) end`;
const QUIET_MS = 2_000;
const GAP_MS = 100;

const OTHER_CLIENT = new URL('other-client.process.ts', import.meta.url);

/** One read of the other client. */
interface Wait {
  readonly atMs: number;
  readonly waitMs: number;
}

interface Phase {
  readonly name: 'before' | 'naive' | 'ours';
  readonly fromMs: number;
  readonly untilMs: number;
}

export const keys: Lab = {
  name: 'keys',
  pattern: 'Invalidation of a cache',
  naiveFailure: 'deleting a million keys stops every other client for seconds, or deletes nothing',
  experiment:
    `A Redis holds ${count(KEYS)} cached products, and all of them become invalid at once. Another client reads one key of the same ` +
    'Redis all the time.',
  page: 'docs/caching.md',

  async run({ redis, progress }) {
    const url = await redis();
    const admin = new Redis(url);
    const tier = await connectRedisTier({ url, namespace: 'lab', callLimitMs: 5_000 });
    const phases: Phase[] = [];
    const other = startProcess<Wait[]>(OTHER_CLIENT, [url]);
    let left: { readonly naive: number; readonly ours: number };
    try {
      progress(`storing ${count(KEYS)} keys for the naive version`);
      await fill(admin, 'product:0', (number) => `product:${number}`);
      progress(`storing ${count(KEYS)} entries of our cache`);
      await fillTier(admin, tier);
      progress('measuring the other client before');
      await during('before', () => delay(QUIET_MS));
      progress('naive: KEYS product:* and DEL ...keys');
      await during('naive', () => naiveInvalidation(admin, 'product:*').catch(noRangeError));
      progress('ours: invalidating the tag of all products');
      await during('ours', async () => tier.tier.invalidate({ tags: ['products'] }));
      left = { naive: await admin.exists(sample()), ours: await readable(tier) };
    } finally {
      other.child.kill('SIGTERM');
      tier.close();
      admin.disconnect();
    }
    const waits = await other.result;
    const wait = (name: Phase['name']): number =>
      Math.max(...phases.filter((phase) => phase.name === name).map((phase) => longestWait(waits, phase)));
    const [before, naive, ours] = [wait('before'), wait('naive'), wait('ours')];
    return {
      measures: [
        {
          what: `longest wait of the other client (${milliseconds(before)} before)`,
          naive: atLeast(50, naive, milliseconds),
          ours: atMost(2 * before, ours, milliseconds),
        },
        {
          what: 'the same, relative to before',
          naive: atLeast(5, naive / before, times),
          ours: atMost(2, ours / before, times),
        },
        {
          what: `products still cached afterwards, of a sample of ${SAMPLE}`,
          naive: atLeast(1, left.naive),
          ours: exactly(0, left.ours),
        },
      ],
      plot: {
        title: `Longest wait of another client while ${count(KEYS)} keys become invalid`,
        axis: 'ms (logarithmic)',
        log: true,
        bars: [
          { label: 'naive: KEYS, DEL ...keys', value: naive, version: 'naive' },
          { label: 'ours: a tag', value: ours, version: 'ours' },
        ],
        bounds: [{ value: before, label: 'before' }],
      },
    };

    async function during(name: Phase['name'], work: () => Promise<unknown>): Promise<void> {
      const fromMs = Date.now();
      await work();
      phases.push({ name, fromMs, untilMs: Date.now() });
      // The other client's read at this moment ends before the next phase begins, or it would count there as well.
      await delay(GAP_MS);
    }
  },
};

/** Copies the value at `from` to the other keys, on the server, in parts: a long script would block the other client. */
async function fill(redis: Redis, from: string, nameOf: (number: string) => string): Promise<void> {
  if ((await redis.exists(from)) === 0) await redis.set(from, 'x'.repeat(100));
  const [before = '', after = ''] = nameOf('#').split('#');
  for (let first = 0; first < KEYS; first += PART) {
    await redis.eval(COPY_PART, 1, from, before, after, Math.max(first, 1), first + PART - 1);
  }
}

/** Stores one entry through the tier and copies it, so that all keys are entries of the cache with the same tag. */
async function fillTier(redis: Redis, { tier }: ConnectedRedisTier): Promise<void> {
  const claim = await tier.claim('product:0', ['products'], 10_000);
  if (claim.state !== 'granted') throw new Error(`expected an empty cache, and got the claim ${claim.state}`);
  const entry = { value: 'x'.repeat(100), tags: ['products'], ttlMs: 3_600_000, freshMs: 3_600_000 };
  await tier.write('product:0', entry, claim.fence);
  const stored = (await redis.keys('*:v:product:0'))[0];
  if (stored === undefined) throw new Error('the entry is not in Redis');
  await fill(redis, stored, (number) => stored.replace('product:0', `product:${number}`));
  if ((await readable({ tier })) !== SAMPLE) throw new Error('the copied entries are not readable');
}

const sample = (): string[] =>
  Array.from({ length: SAMPLE }, (_, number) => `product:${(number * KEYS) / SAMPLE}`);

async function readable({ tier }: Pick<ConnectedRedisTier, 'tier'>): Promise<number> {
  const entries = await Promise.all(sample().map((key) => tier.read(key)));
  return entries.filter((entry) => entry !== undefined).length;
}

function noRangeError(error: unknown): void {
  if (!(error instanceof RangeError)) throw error;
}

function longestWait(waits: readonly Wait[], { fromMs, untilMs }: Phase): number {
  const during = waits.filter(({ atMs, waitMs }) => atMs + waitMs >= fromMs && atMs <= untilMs);
  return Math.max(...during.map(({ waitMs }) => waitMs));
}
