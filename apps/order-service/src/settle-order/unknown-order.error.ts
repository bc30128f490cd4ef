/** An event refers to an order that its shard lacks. Orders are stored before their events, so a retry cannot succeed. */
export class UnknownOrderError extends Error {
  readonly code = 'unknown-order';
  readonly retryable = false;

  constructor(orderId: string) {
    super(`there is no order ${orderId}`);
    this.name = 'UnknownOrderError';
  }
}
