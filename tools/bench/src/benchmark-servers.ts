/** Servers that a benchmark may start. They belong to that benchmark and are removed after it. */
export interface BenchmarkServers {
  /** Starts a new Postgres whose commits wait for the disk. Returns the URL of an empty database on it. */
  postgres(): Promise<string>;
}
