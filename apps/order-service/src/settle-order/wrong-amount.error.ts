import { type Money } from '@groundwork/contracts';

/** A payment differs from the total of its order. The order is not confirmed, and a retry cannot succeed. */
export class WrongAmountError extends Error {
  readonly code = 'wrong-amount';
  readonly retryable = false;

  constructor(orderId: string, paid: Money, total: string) {
    super(`${paid.amount} ${paid.currency} were paid for order ${orderId}, whose total is ${total}`);
    this.name = 'WrongAmountError';
  }
}
