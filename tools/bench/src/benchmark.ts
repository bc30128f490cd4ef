import { type BenchmarkServers } from './benchmark-servers.ts';
import { type Suite } from './suite.ts';

/** Two ways to do the same work. Each call does the work once; calls run one at a time. */
export interface Contest {
  ours(): unknown;
  peer(): unknown;
  /**
   * Verifies the work that was done, given the number of calls of each side.
   *
   * @returns the fault that voids the row, or undefined
   */
  verify(calls: { readonly ours: number; readonly peer: number }): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Our implementation against one peer, reported in one row. */
export interface Duel {
  readonly ours: string;
  readonly peer: string;
  /** The minimum ratio of throughputs, ours to the peer's, that the design requires. */
  readonly goal: number;
  prepare(servers: BenchmarkServers): Promise<Contest>;
}

/** The default export of a `*.bench.ts` file. */
export type Benchmark = Duel | Suite;

export function isSuite(benchmark: Benchmark): benchmark is Suite {
  return 'measure' in benchmark;
}
