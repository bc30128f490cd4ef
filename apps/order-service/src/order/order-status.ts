import { type OrderStatus } from '@groundwork/contracts';
import { IllegalTransitionError } from './illegal-transition.error.ts';

/**
 * The life of an order:
 *
 *     pending ──► confirmed      its payment is settled
 *        └──────► rejected       its stock or its payment was refused
 *
 * Confirmed and rejected are final.
 */
const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['confirmed', 'rejected'],
  confirmed: [],
  rejected: [],
};

/**
 * Whether the order has to move. An order that is there already stays: the same news may come twice, from two events.
 *
 * @throws {IllegalTransitionError} when the machine has no such step
 */
export function mustMove(from: OrderStatus, to: OrderStatus): boolean {
  if (from === to) return false;
  if (NEXT[from].includes(to)) return true;
  throw new IllegalTransitionError(from, to);
}
