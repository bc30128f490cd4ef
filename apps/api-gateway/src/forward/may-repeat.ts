import { type IncomingMessage } from 'node:http';
import { type Route } from '../routes/route.ts';

const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/**
 * Returns whether a request is idempotent: by its method (RFC 9110 §9.2.2), or by an Idempotency-Key if its route supports
 * it.
 */
export function mayRepeat(request: IncomingMessage, route: Route): boolean {
  if (route.retry === 'none') return false;
  if (IDEMPOTENT_METHODS.has(request.method ?? '')) return true;
  return route.retry === 'idempotent' && request.headers['idempotency-key'] !== undefined;
}
