import { type Order, type OrderLine, type OrderStatus, type Rejection } from '@groundwork/contracts';
import { type Position, type SortOrder, type SortValue } from '@groundwork/sharding';
import { toOrder } from '../order/order.ts';

/** A row of `orders`, with its lines. */
export interface ScannedOrder {
  readonly id: string;
  readonly customer_id: string;
  readonly status: OrderStatus;
  readonly total_amount: string;
  readonly total_currency: string;
  readonly rejection_code: Rejection['code'] | null;
  readonly rejection_detail: string | null;
  readonly created_at: Date;
  readonly settled_at: Date | null;
  readonly transferred_to: string | null;
  readonly transferred_from: string | null;
  readonly lines: OrderLine[];
}

export function positionIn(order: SortOrder): (row: ScannedOrder) => Position {
  return (row) => order.map(({ name }) => row[name as keyof ScannedOrder] as SortValue);
}

/** Converts a row with `toOrder`, except for its lines, which the query returns in their final form. */
export function fromScan(row: ScannedOrder): Order {
  const order = toOrder(
    {
      id: row.id,
      customerId: row.customer_id,
      status: row.status,
      totalAmount: row.total_amount,
      totalCurrency: row.total_currency,
      rejectionCode: row.rejection_code,
      rejectionDetail: row.rejection_detail,
      createdAt: row.created_at,
      settledAt: row.settled_at,
      transferredTo: row.transferred_to,
      transferredFrom: row.transferred_from,
    },
    [],
  );
  return { ...order, lines: row.lines };
}
