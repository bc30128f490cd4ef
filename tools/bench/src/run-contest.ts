import { type Contest } from './benchmark.ts';
import { type Ratio, ratioOf } from './ratio.ts';

export interface ContestOptions {
  readonly rounds: number;
  /** Calls in each of a round's four slices. */
  readonly callsPerSlice: number;
}

export interface ContestResult {
  /** Throughput of ours to the peer's. */
  readonly ratio: Ratio;
  readonly oursPerSecond: number;
  readonly peerPerSecond: number;
  /** What voids the result, if anything does. */
  readonly fault: string | undefined;
}

/**
 * Runs both in mirrored order, ours peer peer ours, in every round: what drifts (a filling disk, a warming cache, another
 * process) then weighs on both alike. The first tenth of the rounds warms up and does not count.
 */
export async function runContest(contest: Contest, options: ContestOptions): Promise<ContestResult> {
  const { rounds, callsPerSlice } = options;
  const warmUp = Math.ceil(rounds / 10);
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let round = -warmUp; round < rounds; round++) {
    const first = await slice(() => contest.ours(), callsPerSlice);
    const second = await slice(() => contest.peer(), callsPerSlice);
    const third = await slice(() => contest.peer(), callsPerSlice);
    const fourth = await slice(() => contest.ours(), callsPerSlice);
    if (round < 0) continue;
    times.ours.push(first + fourth);
    times.peer.push(second + third);
  }
  const calls = (rounds + warmUp) * 2 * callsPerSlice;
  return {
    ratio: ratioOf(times.ours.map((ours, round) => (times.peer[round] as number) / ours)),
    oursPerSecond: perSecond(times.ours, callsPerSlice),
    peerPerSecond: perSecond(times.peer, callsPerSlice),
    fault: await contest.verify({ ours: calls, peer: calls }),
  };
}

async function slice(call: () => Promise<unknown>, calls: number): Promise<number> {
  const startedAt = performance.now();
  for (let n = 0; n < calls; n++) await call();
  return performance.now() - startedAt;
}

function perSecond(roundsMs: readonly number[], callsPerSlice: number): number {
  const totalMs = roundsMs.reduce((sum, ms) => sum + ms, 0);
  return (roundsMs.length * 2 * callsPerSlice * 1_000) / totalMs;
}
