import { Metrics } from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Histogram } from 'prom-client';

/**
 * Measures the duration of requests by route. The gateway's own pages and unknown paths have the route `none`.
 */
@Injectable()
export class GatewayMetrics {
  readonly #seconds: Histogram<'route' | 'status'>;

  constructor(@Inject(Metrics) metrics: Metrics) {
    this.#seconds = new Histogram({
      name: 'gateway_request_duration_seconds',
      help: 'Time to answer a request through the gateway, by route',
      labelNames: ['route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [metrics.registry],
    });
  }

  observe(route: string | undefined, status: number, startedAtMs: number): void {
    this.#seconds.observe({ route: route ?? 'none', status }, (performance.now() - startedAtMs) / 1_000);
  }
}
