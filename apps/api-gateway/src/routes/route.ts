import {
  type ClusterOptions,
  type FieldTransform,
  type ForwardingSettings,
  type PathFunction,
  type Redirect,
  type RequestKey,
  type RouteMatch,
  type WeightedClusters,
} from '@groundwork/proxy';
import { type RatePolicy } from '@groundwork/rate-limiting';

/** What the gateway does with a request that it has admitted. */
export type RouteAction =
  | {
      readonly kind: 'forward';
      readonly upstreams: WeightedClusters;
      readonly key: RequestKey | undefined;
      readonly rewrite: PathFunction | undefined;
    }
  | { readonly kind: 'redirect'; readonly redirect: Redirect }
  | {
      readonly kind: 'respond';
      readonly status: number;
      readonly body: Buffer;
      readonly contentType: string;
    };

/** How the gateway handles the requests of one method and path. */
export interface Route extends ForwardingSettings {
  /** Names the route in metrics and logs: `GET /v1/orders/{id}`. */
  readonly id: string;
  readonly match: RouteMatch;
  readonly action: RouteAction;
  readonly requestFields: FieldTransform | undefined;
  readonly responseFields: FieldTransform | undefined;
  /** A request is counted by all of these, or refused and counted by none. */
  readonly limits: readonly RatePolicy[];
  readonly operatorKey: boolean;
}

export interface UpstreamSettings {
  readonly name: string;
  /** The settings of the file as a text: a cluster with the same ones is kept when the file changes. */
  readonly fingerprint: string;
  readonly cluster: Omit<ClusterOptions, 'onResolveFailure' | 'onOutcome'>;
}

/** The text of a routes file, and what it says. */
export interface LoadedRoutes {
  readonly text: string;
  readonly routes: Routes;
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
