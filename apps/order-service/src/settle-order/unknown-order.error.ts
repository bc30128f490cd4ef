/** News about an order that its shard does not have. Orders are stored before anybody hears of them, so no retry helps. */
export class UnknownOrderError extends Error {
  readonly code = 'unknown-order';
  readonly retryable = false;

  constructor(orderId: string) {
    super(`there is no order ${orderId}`);
    this.name = 'UnknownOrderError';
  }
}
