/** What the saga of a transfer knows. */
export interface Transfer {
  readonly orderId: string;
  /** Who gets the order. */
  readonly customerId: string;
  /** The order as it was reserved. */
  readonly order?: ReservedOrder;
  /** The order that it becomes. */
  readonly newOrderId?: string;
}

export interface ReservedOrder {
  /** Minor units: decimal text. */
  readonly totalAmount: string;
  readonly totalCurrency: string;
  readonly paymentMethod: string;
  readonly settledAt: string | null;
  readonly lines: readonly ReservedLine[];
}

export interface ReservedLine {
  readonly position: number;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceAmount: string;
  readonly unitPriceCurrency: string;
}

export const TRANSFER_ORDER = 'transfer-order';
