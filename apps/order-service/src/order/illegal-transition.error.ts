import { type OrderStatus } from '@groundwork/contracts';

/** News that contradict what the order already is. No retry helps: somebody has to look. */
export class IllegalTransitionError extends Error {
  readonly code = 'illegal-transition';
  readonly retryable = false;

  constructor(from: OrderStatus, to: OrderStatus) {
    super(`an order that is ${from} cannot become ${to}`);
    this.name = 'IllegalTransitionError';
  }
}
