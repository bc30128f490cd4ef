import { type RatePolicy } from '@groundwork/rate-limiting';

/** What happens to the requests of one method and path. */
export interface Route {
  /** Names the route in metrics and logs: `GET /v1/orders/{id}`. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly upstream: string;
  readonly limit: RatePolicy;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly maxBodyBytes: number;
  readonly retry: 'none' | 'safe' | 'idempotent';
  readonly operatorKey: boolean;
}

export interface UpstreamSettings {
  readonly name: string;
  readonly urls: readonly URL[];
  readonly connectTimeoutMs: number;
  /** What a replica under suspicion is asked for. */
  readonly healthPath: string;
}

/** A routes file that was found good. */
export interface Routes {
  readonly file: string;
  readonly routes: readonly Route[];
  readonly upstreams: readonly UpstreamSettings[];
  /** Counts what the gateway answers itself: its own pages, and requests for which there is no route. */
  readonly ownPagesLimit: RatePolicy;
  /** Counts requests for its health and metrics. */
  readonly probesLimit: RatePolicy;
  /** Counts wrong operator keys. */
  readonly operatorKeyFailures: RatePolicy;
}
