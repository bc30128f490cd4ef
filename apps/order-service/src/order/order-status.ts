import { type OrderStatus } from '@groundwork/contracts';
import { IllegalTransitionError } from './illegal-transition.error.ts';

/**
 * The life of an order:
 *
 *     pending ──► confirmed ──► transferred      its payment is settled; another customer has taken it over
 *        └──────► rejected                       its stock or its payment was refused
 *
 * Rejected and transferred are final.
 */
const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['confirmed', 'rejected'],
  confirmed: ['transferred'],
  rejected: [],
  transferred: [],
};

/** What an order must have been before. */
const BEFORE: Readonly<Partial<Record<OrderStatus, OrderStatus>>> = { transferred: 'confirmed' };

/**
 * Whether the order has to move. An order that is there already, or further on, stays: the same news may come twice, from two
 * events.
 *
 * @throws {IllegalTransitionError} when the machine has no such step
 */
export function mustMove(from: OrderStatus, to: OrderStatus): boolean {
  if (from === to || BEFORE[from] === to) return false;
  if (NEXT[from].includes(to)) return true;
  throw new IllegalTransitionError(from, to);
}
