export interface Candidate {
  /** Identifies the endpoint in every proxy: its origin. */
  readonly origin: string;
  /** Requests in flight. */
  readonly inFlight: number;
  /** Its capacity relative to others, above 0. It is smaller while the endpoint warms up. */
  readonly weight: number;
}

/** Chooses an endpoint. Synchronous, and keeps no state of requests. */
export interface LoadBalancer {
  /**
   * Returns one of the candidates.
   *
   * @param candidates at least one
   * @param key what the request is hashed by, if the balancer hashes
   */
  choose<C extends Candidate>(candidates: readonly C[], key: string | undefined): C;
}
