import { type ForwardingSettings, type RouteMatch } from '@groundwork/proxy';
import { type RatePolicy } from '@groundwork/rate-limiting';

/** How the gateway handles requests with one method and path. */
export interface Route extends ForwardingSettings {
  /** Names the route in metrics and logs: `GET /v1/orders/{id}`. */
  readonly id: string;
  readonly match: RouteMatch;
  readonly upstream: string;
  /** A request is counted by all of these, or refused and counted by none. */
  readonly limits: readonly RatePolicy[];
  readonly operatorKey: boolean;
}

export interface UpstreamSettings {
  readonly name: string;
  readonly urls: readonly URL[];
  readonly connectTimeoutMs: number;
  /** The path that the gateway requests to probe a replica that may hang. */
  readonly healthPath: string;
}

/** The content of a valid routes file. */
export interface Routes {
  readonly file: string;
  readonly routes: readonly Route[];
  readonly upstreams: readonly UpstreamSettings[];
  /** Counts requests that the gateway answers itself: its own pages, and requests without a route. */
  readonly ownPagesLimit: RatePolicy;
  /** Counts requests for the gateway's health and metrics. */
  readonly probesLimit: RatePolicy;
  /** Counts wrong operator keys. */
  readonly operatorKeyFailures: RatePolicy;
}
