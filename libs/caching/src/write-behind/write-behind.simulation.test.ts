import { describe, expect, it } from '@jest/globals';
import { LocalSemaphoreStore, type SemaphoreStore } from '@groundwork/resilience';
import { FreezableProcess, randomOf, VirtualClock } from '@groundwork/testing';
import { LeasingMemoryTier } from '../../test/leasing-memory-tier.ts';
import { LocalJournal } from '../../test/local-journal.ts';
import { MemoryWriteLog } from '../../test/memory-write-log.ts';
import { MemoryWriteStore } from '../../test/memory-write-store.ts';
import { reachJournal, reachTier } from '../../test/reach.ts';
import { CacheManager } from '../cache-manager.ts';
import { MemoryTier } from '../tiers/memory-tier.ts';
import { VersionConflict, WriteLogUnavailable } from './errors.ts';
import { WriteBehind } from './write-behind.ts';
import { type WriteLog } from './write-log.ts';
import { type WriteStore } from './write-store.ts';

const PROCESSES = 3;
const STEPS = 150;
const LEASE_MS = 2_000;
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 60);
const KEYS = ['a', 'b', 'poison'];

/** Returns the servers as a simulated process reaches them. */
function reachLog(log: WriteLog, process: FreezableProcess): WriteLog {
  const call = <T>(work: () => Promise<T>) =>
    process.call(work).catch((cause: unknown) => {
      throw new WriteLogUnavailable('unknown', { cause });
    });
  return {
    append: (...args) => call(() => log.append(...args)),
    pending: (...args) => call(() => log.pending(...args)),
    read: (...args) => call(() => log.read(...args)),
    settle: (...args) => call(() => log.settle(...args)),
    identify: () => call(() => log.identify()),
    admit: (...args) => call(() => log.admit(...args)),
    onChange: (wake) => log.onChange(() => process.arrives() && wake()),
  };
}

function reachStore(store: WriteStore, process: FreezableProcess): WriteStore {
  return {
    validate: (write) => store.validate(write),
    bind: (...args) => process.call(() => store.bind(...args)),
    position: () => process.call(() => store.position()),
    apply: (...args) => process.call(() => store.apply(...args)),
    read: (...args) => process.call(() => store.read(...args)),
    skip: (...args) => process.call(() => store.skip(...args)),
  };
}

function reachLeases(leases: SemaphoreStore, process: FreezableProcess): SemaphoreStore {
  return {
    acquire: (request) => process.call(() => leases.acquire(request)),
    renew: (...args) => process.call(() => leases.renew(...args)),
    release: (...args) => process.call(() => leases.release(...args)),
    onRelease: (name, wake) => leases.onRelease(name, () => process.arrives() && wake()),
    close: () => leases.close(),
  };
}

/** What callers were told. */
class Told {
  readonly #least = new Map<string, number>();
  readonly #most = new Map<string, number>();

  /** The least that a read may return which starts now. */
  least(name: string): number {
    return this.#least.get(name) ?? 0;
  }

  /** The most that a read may return which ends now. */
  most(name: string): number {
    return this.#most.get(name) ?? 0;
  }

  sent(name: string, amount: number): void {
    this.#most.set(name, this.most(name) + amount);
  }

  acknowledged(name: string, amount: number): void {
    this.#least.set(name, this.least(name) + amount);
  }

  version(name: string, version: number): void {
    this.#least.set(name, Math.max(this.least(name), version));
  }
}

async function simulate(seed: number) {
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const clock = new VirtualClock();
  const now = () => clock.monotonicMs();
  const journal = new LocalJournal();
  const shared = new LeasingMemoryTier({ now, journal });
  const leases = new LocalSemaphoreStore(now);
  const [log, store] = [new MemoryWriteLog(), new MemoryWriteStore()];
  const told = new Told();
  const faults: string[] = [];
  const counts = { answered: 0, failed: 0 };
  let ids = 0;

  const start = () => {
    const process = new FreezableProcess({
      clock,
      random,
      latestMs: 2 * LEASE_MS,
      lost: () => new Error('lost'),
    });
    const cache = new CacheManager({
      ...{ memory: new MemoryTier({ now }), shared: reachTier(shared, process) },
      ...{ journal: reachJournal(journal, process), clock: process.clock, random, loadLimitMs: 2_000 },
    });
    const behind = new WriteBehind({
      ...{
        name: 'shop',
        clock: process.clock,
        random,
        cache,
        leaseMs: LEASE_MS,
        batchSize: 5,
        maxEntries: 20,
      },
      log: reachLog(log, process),
      store: reachStore(store, process),
      leases: reachLeases(leases, process),
      onLoss: (loss) => faults.push(`lost by the ${loss.lostBy}: ${loss.from} to ${loss.to}`),
    });
    behind.start();
    return {
      ...{ process, cache, behind, open: 0 },
      views: behind.counters('views'),
      once: behind.counters('views-once'),
      carts: behind.documents<number>('carts'),
      sums: behind.documents<number>('sums'),
    };
  };
  type Member = ReturnType<typeof start>;
  const members = Array.from({ length: PROCESSES }, start);

  const add = async ({ views }: Member) => {
    const key = pick(KEYS);
    told.sent(`views ${key}`, 1);
    await views.add(key);
    told.acknowledged(`views ${key}`, 1);
  };
  const addOnce = async ({ once }: Member) => {
    told.sent('views-once a', 1);
    await once.add('a', 1, { idempotencyKey: String((ids += 1)), timeoutMs: 20_000 });
    told.acknowledged('views-once a', 1);
  };
  const readViews = async ({ views }: Member) => {
    const key = pick(KEYS.slice(0, 2));
    const least = told.least(`views ${key}`);
    const value = await views.read(key);
    if (value < least || value > told.most(`views ${key}`))
      faults.push(`${key}: ${value}, expected ${least} to ${told.most(`views ${key}`)}`);
  };
  const readOnce = async ({ once }: Member) => {
    const least = told.least('views-once a');
    const value = await once.read('a');
    if (value < least || value > told.most('views-once a'))
      faults.push(`once: ${value}, expected ${least} to ${told.most('views-once a')}`);
  };
  const putCart = async ({ carts }: Member) => {
    const key = pick(KEYS);
    told.version(`carts ${key}`, await carts.put(key, now()));
  };
  const deleteCart = async ({ carts }: Member) => {
    await carts.delete('a');
  };
  const readCart = async ({ carts }: Member) => {
    const least = told.least('carts b');
    const { version } = await carts.read('b');
    if (version < least) faults.push(`b: version ${version} after ${least}`);
  };
  /** A lost update would make the sum smaller than the number of acknowledged writes. */
  const increase = async ({ sums }: Member) => {
    const { value = 0, version } = await sums.read('total');
    told.sent('total', 1);
    await sums.put('total', value + 1, { ifVersion: version });
    told.acknowledged('total', 1);
  };

  for (let step = 0; step < STEPS; step += 1) {
    const index = Math.floor(random() * PROCESSES);
    const member = members[index] as Member;
    const chance = random();
    if (chance < 0.03) member.process.freeze(random() * 4 * LEASE_MS);
    else if (chance < 0.05) member.process.cutOff(random() * 2 * LEASE_MS);
    else if (chance < 0.07) log.restart();
    else if (chance < 0.09) {
      // A killed process never runs again. Another one takes its place.
      member.process.freeze(Infinity);
      members[index] = start();
    }
    for (let calls = member.process.isFrozen ? 0 : 1 + Math.floor(3 * random()); calls > 0; calls -= 1) {
      member.open += 1;
      pick([add, addOnce, readOnce, readViews, readViews, putCart, deleteCart, readCart, increase])(member)
        .then(() => (counts.answered += 1))
        .catch((error: unknown) => !(error instanceof VersionConflict) && (counts.failed += 1))
        .finally(() => (member.open -= 1));
    }
    await clock.run(random() < 0.2 ? random() * 500 : random() * 20);
  }
  await clock.run(200_000);
  const closed = Promise.all(members.map(({ behind, cache }) => behind.close().then(() => cache.close())));
  await clock.run(20_000);
  await closed;
  const open = members.reduce((sum, member) => sum + member.open, 0);
  return { counts, faults, told, store, log, open };
}

describe(`write-behind of ${PROCESSES} processes, simulated with killed and frozen processes and lost messages`, () => {
  const total = { answered: 0, failed: 0 };

  it.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
    'loses no acknowledged write, applies none twice, and serves it to every read that starts later (seed %i)',
    async (seed) => {
      const { faults, told, store, log, counts, open } = await simulate(seed);
      expect(faults).toEqual([]);
      expect((await log.read(0, 1)).state.entries).toBe(0);
      for (const key of ['views a', 'views b', 'views-once a']) {
        const [collection, name] = key.split(' ') as [string, string];
        const { value } = await store.read(collection, name);
        expect(value).toBeGreaterThanOrEqual(told.least(key));
        expect(value).toBeLessThanOrEqual(told.most(key));
      }
      const sum = (await store.read('sums', 'total')).value ?? 0;
      expect(sum).toBeGreaterThanOrEqual(told.least('total'));
      expect(sum).toBeLessThanOrEqual(told.most('total'));
      expect((await store.read('carts', 'b')).version).toBeGreaterThanOrEqual(told.least('carts b'));
      const poisoned = store.refused.reduce(
        (sum, { entry: { change } }) => sum + (change.op === 'add' ? change.amount : 0),
        0,
      );
      expect(poisoned).toBeGreaterThanOrEqual(told.least('views poison'));
      expect(open).toBe(0);
      total.answered += counts.answered;
      total.failed += counts.failed;
    },
  );

  it('have answered calls, though many messages were lost', () => {
    expect(total.answered).toBeGreaterThan(total.failed / 2);
  });
});
