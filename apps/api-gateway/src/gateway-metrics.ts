import { Metrics } from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';

/**
 * Measures the duration of requests by route, and counts what shadow limits would refuse. The gateway's own pages and unknown paths have the route `none`.
 */
@Injectable()
export class GatewayMetrics {
  readonly #seconds: Histogram<'route' | 'status'>;
  readonly #shadowDenials: Counter<'policy'>;
  readonly #routesVersion: Gauge<'version'>;
  readonly #refusedRoutes: Counter;

  constructor(@Inject(Metrics) metrics: Metrics) {
    this.#seconds = new Histogram({
      name: 'gateway_request_duration_seconds',
      help: 'Time to answer a request through the gateway, by route',
      labelNames: ['route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
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

  observe(route: string | undefined, status: number, startedAtMs: number): void {
    this.#seconds.observe({ route: route ?? 'none', status }, (performance.now() - startedAtMs) / 1_000);
  }
}
