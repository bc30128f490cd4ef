import { describe, expect, it } from '@jest/globals';
import { randomOf } from '@groundwork/testing';
import { SimulatedPeer } from '../../test/simulated-peer.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import { GradientLimit } from './gradient-limit.ts';

const seeds = Array.from({ length: 4 }, (_, index) => index + 1);
const WORKERS = 20;
const MEAN_MS = 50;
/** What the peer can answer. */
const CAPACITY = (WORKERS * 1_000) / MEAN_MS;

function setUp(seed: number) {
  const random = randomOf(seed);
  const peer = new SimulatedPeer({ workers: WORKERS, meanMs: MEAN_MS, random });
  const limit = new GradientLimit({ random });
  const limiter = new ConcurrencyLimiter(limit, { now: () => peer.nowMs });
  return { peer, limiter };
}

describe('the gradient limit before a simulated peer', () => {
  it.each(seeds)('keeps calls fast and the peer busy under twice its load (seed %i)', (seed) => {
    const load = { callsPerSecond: 2 * CAPACITY, seconds: 120 };
    const { peer, limiter } = setUp(seed);
    const quiet = peer.load(undefined, { callsPerSecond: CAPACITY / 4, seconds: 20 });
    const flooded = peer.load(undefined, { ...load, seconds: 10 });
    expect(flooded.medianMs).toBeGreaterThan(20 * quiet.medianMs);

    peer.load(limiter, { ...load, seconds: 10 });
    const limited = peer.load(limiter, load);
    expect(limited.medianMs).toBeLessThan(3 * quiet.medianMs);
    expect(limited.perSecond).toBeGreaterThan(0.85 * CAPACITY);
    expect(limited.mostInFlight).toBeLessThan(5 * WORKERS);
  });

  it.each(seeds)('follows a peer that becomes slower, and one that recovers (seed %i)', (seed) => {
    const { peer, limiter } = setUp(seed);
    const load = { callsPerSecond: 2 * CAPACITY, seconds: 100 };
    peer.load(limiter, load);
    peer.workers = WORKERS / 4;
    peer.load(limiter, load);
    const slow = peer.load(limiter, load);
    expect(slow.mostInFlight).toBeLessThan(WORKERS);
    expect(slow.perSecond).toBeGreaterThan((0.8 * CAPACITY) / 4);
    peer.workers = WORKERS;
    peer.load(limiter, load);
    expect(peer.load(limiter, load).perSecond).toBeGreaterThan(0.85 * CAPACITY);
  });

  it.each(seeds)('refuses nothing while the peer has room (seed %i)', (seed) => {
    const { peer, limiter } = setUp(seed);
    const load = { callsPerSecond: CAPACITY / 4, seconds: 50 };
    peer.load(limiter, load);
    const { refused, perSecond } = peer.load(limiter, { ...load, seconds: 10 });
    expect(refused / 10).toBeLessThan(0.01 * perSecond);
  });
});
