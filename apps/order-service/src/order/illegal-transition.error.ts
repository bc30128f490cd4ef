import { type OrderStatus } from '@groundwork/contracts';

/** An event contradicts the current status of its order. A retry cannot succeed: an operator must review the event. */
export class IllegalTransitionError extends Error {
  readonly code = 'illegal-transition';
  readonly retryable = false;

  constructor(from: OrderStatus, to: OrderStatus) {
    super(`an order that is ${from} cannot become ${to}`);
    this.name = 'IllegalTransitionError';
  }
}
