import { type Outgoing } from '@groundwork/load';
import { type Known } from './bad-request.ts';

/** A valid line of an order. */
export const GOOD_LINE = { sku: 'GW-0001', quantity: 1 } as const;

/** Returns the body of a valid order with changes. */
export function order(
  known: Known,
  change: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return { customerId: known.customerId, lines: [GOOD_LINE], paymentMethod: 'test_ok', ...change };
}

/** Returns a well-formed request that places an order with this body. */
export function placing(
  json: unknown,
  headers: Readonly<Record<string, string>> = {},
): { path: string } & Outgoing {
  return { path: '/v1/orders', json, headers: { 'idempotency-key': crypto.randomUUID(), ...headers } };
}
