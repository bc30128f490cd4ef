/** What a benchmark may use; everything is its own and gone afterwards. */
export interface BenchmarkServers {
  /** An empty database on a Postgres of its own whose commits wait for the disk; another with every call. */
  postgres(): Promise<string>;
}
