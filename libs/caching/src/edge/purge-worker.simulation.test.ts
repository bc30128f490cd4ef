import { describe, expect, it } from '@jest/globals';
import { FreezableProcess, randomOf, VirtualClock } from '@groundwork/testing';
import { MemoryEdge } from '../../test/memory-edge.ts';
import { EdgeRefusedError } from '../errors/edge-refused.error.ts';
import { EdgeUnavailableError } from '../errors/edge-unavailable.error.ts';
import { type EdgeTier } from './edge-tier.ts';
import { MemoryPurgeStore } from './memory-purge-store.ts';
import { PurgeQueue } from './purge-queue.ts';
import { type PurgeStore } from './purge-store.ts';
import { PurgeWorker } from './purge-worker.ts';

const WORKERS = 3;
const STEPS = 150;
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 100);
const SECOND_PURGE_MS = 2_000;
/** The slowest response of the origin. */
const SLOWEST_FETCH_MS = 0.95 * SECOND_PURGE_MS;
const MAX_AGE_MS = 300_000;
const TAGS = ['red', 'green', 'blue', 'black', 'refused'];

interface Enqueued {
  readonly tag: string;
  readonly version: number;
  readonly at: number;
}

/** A process that crashes does nothing from then on, and another one starts in its place. */
class Member {
  readonly #start: () => { process: FreezableProcess; worker: PurgeWorker };
  current: { process: FreezableProcess; worker: PurgeWorker };

  constructor(start: () => { process: FreezableProcess; worker: PurgeWorker }) {
    this.#start = start;
    this.current = start();
  }

  crash(): void {
    // Its timers never fire again, and no call of it arrives or returns.
    this.current.process.freeze(Number.MAX_SAFE_INTEGER);
    this.current = this.#start();
  }
}

function reach(store: PurgeStore, process: FreezableProcess): PurgeStore {
  return {
    put: (targets) => process.call(() => store.put(targets)),
    claim: (request) => process.call(() => store.claim(request)),
    settle: (...args) => process.call(() => store.settle(...args)),
    size: () => process.call(() => store.size()),
    onPut: (wake) => store.onPut(() => process.arrives() && wake()),
    close: () => store.close(),
  };
}

function reachEdge(edge: EdgeTier, process: FreezableProcess, state: { isAway: boolean }): EdgeTier {
  const purge = (tags: readonly string[]) =>
    process.call(async () => {
      if (state.isAway) throw new EdgeUnavailableError('away', { retryAfterMs: 3_000 });
      if (tags.includes('refused')) throw new EdgeRefusedError('status 400');
      await edge.purgeTags(tags);
    });
  return { purge, purgeTags: purge };
}

async function simulate(seed: number) {
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const clock = new VirtualClock();
  const now = () => clock.monotonicMs();
  const store = new MemoryPurgeStore({ now });
  const edge = new MemoryEdge(now);
  const state = { isAway: false };
  const enqueued: Enqueued[] = [];
  const reports = new Map<string, number[]>();
  const source = new Map<string, number>();

  const startProcess = () =>
    new FreezableProcess({
      ...{ clock, random, latestMs: 12_000 },
      lost: () => new EdgeUnavailableError('the message was lost'),
    });
  const members = Array.from(
    { length: WORKERS },
    () =>
      new Member(() => {
        const process = startProcess();
        const worker = new PurgeWorker({
          ...{ store: reach(store, process), edge: reachEdge(edge, process, state) },
          ...{ clock: process.clock, random, newToken: () => String(random()) },
          ...{ secondPurgeMs: SECOND_PURGE_MS, maxAgeMs: MAX_AGE_MS, batch: 3 },
          onGivenUp: (targets) =>
            targets.forEach(({ name }) => reports.set(name, [...(reports.get(name) ?? []), now()])),
        });
        return { process, worker };
      }),
  );
  const client = startProcess();
  const queue = new PurgeQueue(reach(store, client));

  let changing = 0;
  const change = async () => {
    const tag = pick(TAGS);
    source.set(tag, (source.get(tag) ?? 0) + 1);
    const [version, at] = [source.get(tag) ?? 0, now()];
    await queue.enqueue({ tags: [tag] });
    enqueued.push({ tag, version, at });
  };
  /** Reads the source at once; the response arrives at the edge later. */
  const fetch = (tag: string) => {
    const version = source.get(tag) ?? 0;
    clock.after(random() * SLOWEST_FETCH_MS, () => edge.store(tag, version));
  };

  for (let step = 0; step < STEPS; step += 1) {
    const chance = random();
    const member = pick(members);
    if (chance < 0.05) member.crash();
    else if (chance < 0.08) member.current.process.freeze(random() * 60_000);
    else if (chance < 0.1) member.current.process.cutOff(random() * 20_000);
    else if (chance < 0.13) state.isAway = !state.isAway;
    else if (chance < 0.4) {
      changing += 1;
      void change()
        .catch(() => undefined)
        .finally(() => (changing -= 1));
    }
    for (const tag of TAGS) if (edge.read(tag) === undefined && random() < 0.5) fetch(tag);
    await clock.run(random() < 0.2 ? random() * 5_000 : random() * 300);
  }
  state.isAway = false;
  const isBusy = async () => changing > 0 || (await store.size()) > 0;
  for (let ms = 0; ms < 2 * MAX_AGE_MS && (await isBusy()); ms += 5_000) await clock.run(5_000);
  // Responses that were in flight during the last purge.
  await clock.run(SLOWEST_FETCH_MS);
  const left = await store.size();
  const closed = Promise.all(members.map(({ current }) => current.worker.close()));
  await clock.run(60_000);
  await closed;
  const purged = ({ tag, at }: Enqueued) => {
    const [first, ...later] = (edge.purges.get(tag) ?? []).filter((purgedAt) => purgedAt >= at);
    const last = later.at(-1);
    return first !== undefined && last !== undefined && last - first >= SECOND_PURGE_MS;
  };
  const reported = ({ tag, at }: Enqueued) => (reports.get(tag) ?? []).some((reportedAt) => reportedAt >= at);
  const stale = enqueued.filter(({ tag, version }) => (edge.read(tag) ?? version) < version);
  return { enqueued, purged, reported, reports, left, stale };
}

describe(`${WORKERS} workers of a purge queue, simulated with crashes, lost and late messages and an edge that is away`, () => {
  const total = { enqueued: 0, purged: 0, reported: 0 };

  it.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
    'purge every tag at least twice after it was enqueued, or report it (seed %i)',
    async (seed) => {
      const { enqueued, purged, reported, reports, left, stale } = await simulate(seed);
      expect(enqueued.filter((change) => !purged(change) && !reported(change))).toEqual([]);
      expect(left).toBe(0);
      // The edge was away for less than the maximum age, so only what it refuses is given up.
      expect([...reports.keys()].filter((tag) => tag !== 'refused')).toEqual([]);
      expect(stale.filter(({ tag }) => tag !== 'refused')).toEqual([]);
      total.enqueued += enqueued.length;
      total.purged += enqueued.filter(purged).length;
      total.reported += enqueued.filter(reported).length;
    },
  );

  it('have purged most tags, and reported the others', () => {
    expect(total.purged).toBeGreaterThan(total.enqueued / 2);
    expect(total.reported).toBeGreaterThan(total.enqueued / 20);
  });
});
