import { type IncomingMessage } from 'node:http';
import { type Route } from '../routes/route.ts';

const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** Whether doing it twice is doing it once (RFC 9110 §9.2.2), or is made so by an Idempotency-Key on a route that knows it. */
export function mayRepeat(request: IncomingMessage, route: Route): boolean {
  if (route.retry === 'none') return false;
  if (IDEMPOTENT_METHODS.has(request.method ?? '')) return true;
  return route.retry === 'idempotent' && request.headers['idempotency-key'] !== undefined;
}
