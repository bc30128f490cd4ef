import { type BenchmarkServers } from './benchmark-servers.ts';
import { type Suite } from './suite.ts';

/** Two ways to do one piece of work, each once a call, one call at a time. */
export interface Contest {
  ours(): unknown;
  peer(): unknown;
  /** Checks what was really done, given how often each was called. @returns what is wrong, if anything: it voids the row */
  verify(calls: { readonly ours: number; readonly peer: number }): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Ours against one peer, told in one row. */
export interface Duel {
  readonly ours: string;
  readonly peer: string;
  /** The least ratio of throughputs, ours to the peer's, that the design asks for. */
  readonly goal: number;
  prepare(servers: BenchmarkServers): Promise<Contest>;
}

/** The default export of a `*.bench.ts` file. */
export type Benchmark = Duel | Suite;

export function isSuite(benchmark: Benchmark): benchmark is Suite {
  return 'measure' in benchmark;
}
