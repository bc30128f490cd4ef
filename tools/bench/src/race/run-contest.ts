import { type Contest } from '../benchmark.ts';
import { type Ratio } from '../ratio.ts';
import { runRace } from './run-race.ts';

export interface ContestOptions {
  readonly rounds: number;
  /** Calls in each of a round's four slices. */
  readonly callsPerSlice: number;
}

export interface ContestResult {
  /** The ratio of throughputs, ours to the peer's. */
  readonly ratio: Ratio;
  readonly oursPerSecond: number;
  readonly peerPerSecond: number;
  /** The fault that voids the result, if there is one. */
  readonly fault: string | undefined;
}

/** Runs a race between our implementation and the peer, one call at a time, then verifies their work. */
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
