import { type FastifyInstance } from 'fastify';
import { type Metrics } from './metrics.ts';

/** Measures every request under the pattern of its route instead of its path: ids in labels would grow without bound. */
export function addRequestMetrics(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    metrics.requestSeconds.observe(
      { method: request.method, route: request.routeOptions.url ?? 'unmatched', status: reply.statusCode },
      reply.elapsedTime / 1_000,
    );
    done();
  });
}
