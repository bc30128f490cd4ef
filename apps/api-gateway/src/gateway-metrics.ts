import { type AttemptOutcome, type Cluster, type ForwardingReport } from '@groundwork/proxy';
import { Metrics } from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';

const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Measures requests by route, attempts at replicas and the routes file in use. The gateway's own pages and unknown paths have the route
 * `none`. A client that left before the end of its response has the status 499.
 */
@Injectable()
export class GatewayMetrics {
  readonly #seconds: Histogram<'route' | 'status'>;
  readonly #shadowDenials: Counter<'policy'>;
  readonly #routesVersion: Gauge<'version'>;
  readonly #refusedRoutes: Counter;
  readonly #retries: Counter<'upstream' | 'reason'>;
  readonly #cutOff: Counter<'upstream' | 'why'>;
  readonly #attempts: Counter<'upstream' | 'outcome'>;
  readonly #upstreamSeconds: Histogram<'upstream'>;
  readonly #registry: Metrics['registry'];

  constructor(@Inject(Metrics) metrics: Metrics) {
    this.#registry = metrics.registry;
    this.#seconds = new Histogram({
      name: 'gateway_request_duration_seconds',
      help: 'Time to answer a request through the gateway, by route',
      labelNames: ['route', 'status'],
      buckets: DURATIONS,
      registers: [metrics.registry],
    });
    this.#shadowDenials = new Counter({
      name: 'gateway_shadow_denials_total',
      help: 'Requests that a limit with "shadow: true" would have refused, by limit',
      labelNames: ['policy'],
      registers: [metrics.registry],
    });
    this.#routesVersion = new Gauge({
      name: 'gateway_routes_info',
      help: 'The version of the routes file in use, as a label; the value is 1',
      labelNames: ['version'],
      registers: [metrics.registry],
    });
    this.#refusedRoutes = new Counter({
      name: 'gateway_routes_refused_total',
      help: 'Changes of the routes file that were not taken over, because of a fault',
      registers: [metrics.registry],
    });
    this.#retries = new Counter({
      name: 'gateway_retries_total',
      help: 'Attempts after the first one, by the reason: refused, reset, timeout, hang, status or hedge',
      labelNames: ['upstream', 'reason'],
      registers: [metrics.registry],
    });
    this.#cutOff = new Counter({
      name: 'gateway_cut_off_responses_total',
      help: 'Responses that ended early: truncated by the replica, or for a client that did not read',
      labelNames: ['upstream', 'why'],
      registers: [metrics.registry],
    });
    this.#attempts = new Counter({
      name: 'gateway_attempts_total',
      help: 'Attempts at replicas: responded (below 500), failed (500 and more, timeout, reset) or refused',
      labelNames: ['upstream', 'outcome'],
      registers: [metrics.registry],
    });
    this.#upstreamSeconds = new Histogram({
      name: 'gateway_upstream_duration_seconds',
      help: 'Time from sending a request to a replica to the head of its response',
      labelNames: ['upstream'],
      buckets: DURATIONS,
      registers: [metrics.registry],
    });
  }

  /** Reports the number of replicas by state, whenever the metrics are read. */
  replicasFrom(read: () => Iterable<Cluster>): void {
    new Gauge({
      name: 'gateway_replicas',
      help: 'Replicas by state: healthy, refusing (connections), unhealthy (probes) or ejected (an outlier)',
      labelNames: ['upstream', 'state'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { name: upstream, states } of read())
          for (const [state, count] of Object.entries(states)) this.set({ upstream, state }, count);
      },
    });
  }

  /** Reports the version of the routes file that is in use. */
  routesInUse(version: string): void {
    this.#routesVersion.reset();
    this.#routesVersion.set({ version }, 1);
  }

  /** Counts a change of the routes file that was not taken over. */
  countRefusedRoutes(): void {
    this.#refusedRoutes.inc();
  }

  /** Counts a request that a shadow limit would have refused. */
  countShadowDenial(policy: string): void {
    this.#shadowDenials.inc({ policy });
  }

  observe(route: string | undefined, status: number, seconds: number): void {
    this.#seconds.observe({ route: route ?? 'none', status }, seconds);
  }

  /** Counts the retries of a forwarded request, and a response that was cut off. */
  countForwarding(upstream: string, { retries, flags }: ForwardingReport): void {
    for (const reason of retries) this.#retries.inc({ upstream, reason });
    for (const flag of flags) if (flag !== 'client-left') this.#cutOff.inc({ upstream, why: flag });
  }

  /** Measures an attempt at a replica. */
  observeAttempt(upstream: string, outcome: AttemptOutcome, latencyMs: number | undefined): void {
    this.#attempts.inc({ upstream, outcome });
    if (latencyMs !== undefined) this.#upstreamSeconds.observe({ upstream }, latencyMs / 1_000);
  }
}
