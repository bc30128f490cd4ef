/** The context of the transfer saga. */
export interface Transfer {
  readonly orderId: string;
  /** The customer who receives the order. */
  readonly customerId: string;
  /** The content of the order at its reservation. */
  readonly order?: ReservedOrder;
  /** The id of the new order. */
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
