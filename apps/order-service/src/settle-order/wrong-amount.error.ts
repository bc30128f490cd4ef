import { type Money } from '@groundwork/contracts';

/** A payment that is not the order's total: the order is not confirmed, and no retry helps. */
export class WrongAmountError extends Error {
  readonly code = 'wrong-amount';
  readonly retryable = false;

  constructor(orderId: string, paid: Money, total: string) {
    super(`${paid.amount} ${paid.currency} were paid for order ${orderId}, whose total is ${total}`);
    this.name = 'WrongAmountError';
  }
}
