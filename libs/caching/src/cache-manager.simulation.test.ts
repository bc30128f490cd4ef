import { describe, expect, it } from '@jest/globals';
import { FreezableProcess, randomOf, VirtualClock } from '@groundwork/testing';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { LocalJournal } from '../test/local-journal.ts';
import { reachJournal, reachTier } from '../test/reach.ts';
import { CacheManager } from './cache-manager.ts';
import { TRUST_MS } from './invalidation/channel.ts';
import { type LoadContext } from './get-or-set/load-context.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

const PROCESSES = 4;
const STEPS = 120;
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 200);
/** Keys of one kind have a common tag. Writers of versioned keys use `set`, all others invalidate. */
const KEYS = ['red-1', 'red-2', 'blue-1', 'versioned-1'];
const tagOf = (key: string) => key.split('-')[0] as string;

/** The reference model: the source, and the oldest version of each key that a read may still return. */
class Source {
  readonly #versions = new Map<string, number>();
  readonly #oldest = new Map<string, number>();
  readonly #oldestStale = new Map<string, number>();

  read(key: string): number {
    return this.#versions.get(key) ?? 0;
  }

  write(key: string): number {
    this.#versions.set(key, this.read(key) + 1);
    return this.read(key);
  }

  oldest(key: string): number {
    return this.#oldest.get(key) ?? 0;
  }

  /** The same for a stale value: `expire` leaves it. */
  oldestStale(key: string): number {
    return this.#oldestStale.get(key) ?? 0;
  }

  /** These versions are known to all processes. */
  publish(versions: ReadonlyMap<string, number>, kind: 'invalidate' | 'expire'): void {
    for (const [key, version] of versions) {
      this.#oldest.set(key, Math.max(this.oldest(key), version));
      if (kind === 'invalidate') this.#oldestStale.set(key, Math.max(this.oldestStale(key), version));
    }
  }

  versionsOf(keys: readonly string[]): ReadonlyMap<string, number> {
    return new Map(keys.map((key) => [key, this.read(key)]));
  }
}

async function simulate(seed: number) {
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const clock = new VirtualClock();
  const now = () => clock.monotonicMs();
  const journal = new LocalJournal();
  const shared = new LeasingMemoryTier({ now, journal });
  const source = new Source();
  const lost = () => new Error('the message was lost');
  const members = Array.from({ length: PROCESSES }, () => {
    const process = new FreezableProcess({ clock, random, latestMs: 3 * TRUST_MS, lost });
    const cache = new CacheManager({
      ...{ memory: new MemoryTier({ now }), shared: reachTier(shared, process) },
      ...{ journal: reachJournal(journal, process), clock: process.clock, random, loadLimitMs: 2_000 },
    });
    return { process, cache };
  });
  const seen = { reads: 0, hits: 0, failed: 0, changes: 0, everywhere: 0, open: 0, stale: [] as string[] };
  const pause = (process: FreezableProcess) =>
    new Promise<void>((resolve) =>
      process.clock.after(random() < 0.1 ? 3_000 * random() : 20 * random(), resolve),
    );

  const read = async ({ process, cache }: (typeof members)[number]) => {
    const key = pick(KEYS);
    const [oldest, oldestStale] = [source.oldest(key), source.oldestStale(key)];
    const load = async () => {
      await pause(process);
      const version = source.read(key);
      await pause(process);
      return version;
    };
    const swr = random() < 0.2 ? { staleWhileRevalidateMs: 10_000, staleIfErrorMs: 10_000 } : {};
    // Some callers learn the tag of the value only from the load.
    const tagged =
      random() < 0.7
        ? { tags: [tagOf(key)], load }
        : {
            load: async (_signal: AbortSignal, context: LoadContext<number>) => {
              const version = await load();
              context.addTags([tagOf(key)]);
              return version;
            },
          };
    const early = random() < 0.3 ? { earlyRefresh: 20 } : {};
    const { value, from, stale } = await cache.getOrSet(key, { ttlMs: 5_000, ...tagged, ...swr, ...early });
    seen.reads += 1;
    if (from === 'hit-l1') seen.hits += 1;
    if (value < (stale ? oldestStale : oldest)) seen.stale.push(`${key}: ${value} after ${oldest}, ${from}`);
  };

  const change = async ({ cache, process }: (typeof members)[number]) => {
    const key = pick(KEYS);
    const version = source.write(key);
    // A slow writer: another one may overtake it.
    if (random() < 0.3) await pause(process);
    if (key.startsWith('versioned')) {
      const { everywhere } = await cache.set(key, version, { ttlMs: 5_000, tags: [tagOf(key)], version });
      return everywhere && source.publish(new Map([[key, version]]), 'invalidate');
    }
    const [target, keys] = pick([
      [{ keys: [key] }, [key]],
      [{ tags: [tagOf(key)] }, KEYS.filter((other) => tagOf(other) === tagOf(key))],
      [{ everything: true }, KEYS.filter((other) => !other.startsWith('versioned'))],
    ] as const);
    const versions = source.versionsOf(keys);
    const kind = random() < 0.2 ? 'expire' : 'invalidate';
    const { everywhere } = await cache[kind](target);
    seen.changes += 1;
    if (!everywhere) return;
    seen.everywhere += 1;
    source.publish(versions, kind);
  };

  for (let step = 0; step < STEPS; step += 1) {
    const member = pick(members);
    const chance = random();
    if (chance < 0.03) member.process.freeze(random() * 4 * TRUST_MS);
    else if (chance < 0.06) member.process.cutOff(random() * 4 * TRUST_MS);
    else if (chance < 0.07) journal.loseFollowers();
    else if (chance < 0.08) journal.loseAnnouncements();
    for (let calls = member.process.isFrozen ? 0 : 1 + Math.floor(3 * random()); calls > 0; calls -= 1) {
      seen.open += 1;
      (random() < 0.2 ? change(member) : read(member))
        .catch(() => (seen.failed += 1))
        .finally(() => (seen.open -= 1));
    }
    await clock.run(random() < 0.2 ? random() * 500 : random() * 20);
  }
  await clock.run(120_000);
  const closed = Promise.all(members.map(({ cache }) => cache.close()));
  await clock.run(10_000);
  await closed;
  return { ...seen, timers: clock.timers };
}

describe(`the caches of ${PROCESSES} processes, simulated with frozen processes, lost messages and a journal that forgets`, () => {
  const total = { reads: 0, hits: 0, changes: 0, everywhere: 0 };

  it.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
    'serve no value that is older than an ended invalidation, and answer every call (seed %i)',
    async (seed) => {
      const { stale, open, timers, failed, ...seen } = await simulate(seed);
      expect(stale).toEqual([]);
      expect({ open, timers }).toEqual({ open: 0, timers: 0 });
      expect(failed).toBeLessThan(seen.reads / 2);
      for (const name of ['reads', 'hits', 'changes', 'everywhere'] as const) total[name] += seen[name];
    },
  );

  it('have used L1, and have ended most invalidations', () => {
    expect(total.hits).toBeGreaterThan(total.reads / 10);
    expect(total.everywhere).toBeGreaterThan(total.changes / 2);
  });
});
