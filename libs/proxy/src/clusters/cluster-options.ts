import { type Clock } from '@groundwork/resilience';
import { type EndpointAddress } from './dns.ts';
import { type EndpointLimits } from './endpoint.ts';
import { type HealthCheckOptions } from './health/health-checker.ts';
import { type OutlierOptions } from './health/outlier-detector.ts';
import { type LoadBalancer } from './load-balancers/load-balancer.ts';
import { type Transport, type TransportOptions } from './transport.ts';

export interface ClusterSettings extends EndpointLimits, Omit<TransportOptions, 'connections'> {
  /** The path of probes. Default: `/health/live`. */
  readonly healthPath: string;
  /** Default: 500. */
  readonly probeTimeoutMs: number;
  readonly healthCheck: HealthCheckOptions;
  readonly outliers: OutlierOptions;
  /** How long a new endpoint warms up. 0: not at all. Default: 0. */
  readonly slowStartMs: number;
  /**
   * Panic threshold: when at most this share of the endpoints is healthy, all get requests, because the healthy ones would be
   * overloaded. Default: 0, which is when none is healthy.
   */
  readonly panicShare: number;
  /** How often names are resolved. Default: 2,000. */
  readonly resolveEveryMs: number;
  /** How long the requests of an endpoint that was removed may take. Default: 60,000. */
  readonly drainMs: number;
}

/** What a test or a simulation replaces. */
export interface ClusterPorts {
  readonly clock: Clock;
  readonly loadBalancer: LoadBalancer;
  readonly resolve: (url: URL) => Promise<readonly EndpointAddress[]>;
  readonly openTransport: (origin: string, options: TransportOptions) => Transport;
  /** Never rejects. */
  readonly probe: (address: EndpointAddress, path: string, timeoutMs: number) => Promise<boolean>;
}

/** How an attempt at one endpoint ended. `failed`: a timeout, a connection that broke, or a status of 500 or more. */
export type AttemptOutcome = 'responded' | 'failed' | 'refused';

export interface ClusterEvents {
  /** An attempt has ended. @param latencyMs from sending the request to the head of the response, if there was one */
  readonly onOutcome: (outcome: AttemptOutcome, latencyMs: number | undefined) => void;
  /** A name could not be resolved. Its known addresses stay in use, and it is resolved again. */
  readonly onResolveFailure: (url: URL, error: unknown) => void;
}

export interface ClusterOptions
  extends Partial<ClusterSettings>, Partial<ClusterPorts>, Partial<ClusterEvents> {
  readonly name: string;
  /** Each address behind each name is an endpoint. */
  readonly urls: readonly URL[];
}
