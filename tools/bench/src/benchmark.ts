/** What a benchmark may use; everything is its own and gone afterwards. */
export interface BenchmarkServers {
  /** An empty database on a Postgres whose commits wait for the disk. */
  readonly postgresUrl: string;
}

/** Two ways to do one piece of work, each once a call, one call at a time. */
export interface Contest {
  ours(): Promise<unknown>;
  peer(): Promise<unknown>;
  /** Checks what was really done, given how often each was called. @returns what is wrong, if anything: it voids the row */
  verify(calls: { readonly ours: number; readonly peer: number }): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The default export of a `*.bench.ts` file. */
export interface Benchmark {
  /** What `npm run bench -- NAME` takes. */
  readonly name: string;
  readonly ours: string;
  readonly peer: string;
  /** The least ratio of throughputs, ours to the peer's, that the design asks for. */
  readonly goal: number;
  prepare(servers: BenchmarkServers): Promise<Contest>;
}
