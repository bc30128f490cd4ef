import { type OrderStatus } from '@groundwork/contracts';
import { IllegalTransitionError } from './illegal-transition.error.ts';

/**
 * The states of an order:
 *
 *     pending ──► confirmed ──► transferred      its payment is settled; another customer has received it
 *        └──────► rejected                       its stock or its payment was rejected
 *
 * Rejected and transferred are final.
 */
const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['confirmed', 'rejected'],
  confirmed: ['transferred'],
  rejected: [],
  transferred: [],
};

/** The status that an order must have had before. */
const BEFORE: Readonly<Partial<Record<OrderStatus, OrderStatus>>> = { transferred: 'confirmed' };

/**
 * Returns whether the status must change. An order that already has the status, or has passed it, keeps its status: two
 * events may report the same settlement.
 *
 * @throws {IllegalTransitionError} when the state machine has no such transition
 */
export function mustMove(from: OrderStatus, to: OrderStatus): boolean {
  if (from === to || BEFORE[from] === to) return false;
  if (NEXT[from].includes(to)) return true;
  throw new IllegalTransitionError(from, to);
}
