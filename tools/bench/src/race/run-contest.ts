import { type Contest } from '../benchmark.ts';
import { type Ratio } from '../ratio.ts';
import { runRace } from './run-race.ts';

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

/** A race of two, ours and the peer, with calls one at a time; afterwards what they did is verified. */
export async function runContest(contest: Contest, options: ContestOptions): Promise<ContestResult> {
  const calls = { ours: 0, peer: 0 };
  const contestant = (name: 'ours' | 'peer') => ({
    name,
    operations: options.callsPerSlice,
    run: async (operations: number): Promise<void> => {
      for (let n = 0; n < operations; n++) await contest[name]();
      calls[name] += operations;
    },
  });
  const result = await runRace([contestant('ours'), contestant('peer')], {
    rounds: options.rounds,
    sliceMs: 0,
  });
  return {
    ratio: result.ratio('ours', 'peer'),
    oursPerSecond: result.perSecond('ours'),
    peerPerSecond: result.perSecond('peer'),
    fault: await contest.verify(calls),
  };
}
