import { type Order, type OrderLine } from '@groundwork/contracts';
import { type OrderLineEntity } from '../storage/entities/order-line.entity.ts';
import { type OrderEntity } from '../storage/entities/order.entity.ts';
import { moneyOf } from './money.ts';

/** Returns an order as the API shows it. */
export function toOrder(order: Omit<OrderEntity, 'paymentMethod'>, lines: readonly OrderLineEntity[]): Order {
  const { rejectionCode: code, rejectionDetail: detail } = order;
  return {
    id: order.id,
    customerId: order.customerId,
    status: order.status,
    lines: lines.map(toOrderLine),
    total: moneyOf(order.totalAmount, order.totalCurrency),
    createdAt: order.createdAt.toISOString(),
    ...(order.settledAt !== null && { settledAt: order.settledAt.toISOString() }),
    ...(order.transferredTo !== null && { transferredTo: order.transferredTo }),
    ...(order.transferredFrom !== null && { transferredFrom: order.transferredFrom }),
    ...(code !== null && { rejection: { code, detail: detail ?? '' } }),
  };
}

function toOrderLine(line: OrderLineEntity): OrderLine {
  return {
    sku: line.sku,
    quantity: line.quantity,
    unitPrice: moneyOf(line.unitPriceAmount, line.unitPriceCurrency),
  };
}
