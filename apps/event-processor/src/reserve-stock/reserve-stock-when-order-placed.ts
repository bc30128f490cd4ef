import { OrderPlaced, type OrderPlacedData, StockRejected, StockReserved } from '@groundwork/contracts';
import {
  appendToOutbox,
  type IncomingEvent,
  KeepEventErrors,
  onceInInbox,
  type OutboxEvent,
  type SqlSession,
} from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { SHOP_EVENTS } from '../consume-events/transports.ts';
import { aboutOrder } from '../publish-events/about-order.ts';
import { productsChanged } from './products-changed.ts';
import { reserveAllOrNone, type ShortLine } from './reserve-stock.statement.ts';

/** Sets the stock of an order aside, once: inbox row, stock and what is told about it are one transaction. */
@Controller()
@UseFilters(KeepEventErrors)
export class ReserveStockWhenOrderPlaced {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  @EventPattern(OrderPlaced.type, SHOP_EVENTS)
  async reserveStockWhenOrderPlaced(@Payload() event: IncomingEvent<OrderPlacedData>): Promise<void> {
    await onceInInbox(this.database, 'reserve-stock', event, (session) => reserveStock(session, event.data));
  }
}

async function reserveStock(session: SqlSession, order: OrderPlacedData): Promise<void> {
  const short = await reserveAllOrNone(session, order.lines);
  await appendToOutbox(session, short.length === 0 ? reserved(order) : rejected(order, short));
}

function reserved(order: OrderPlacedData): OutboxEvent[] {
  const { orderId, customerId, total, paymentMethod } = order;
  const lines = order.lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPrice }));
  const data = { orderId, customerId, lines, total, paymentMethod };
  return [{ ...aboutOrder(orderId), type: StockReserved, data }, productsChanged(orderId, lines)];
}

function rejected({ orderId }: OrderPlacedData, short: readonly ShortLine[]): OutboxEvent[] {
  const detail = short
    .map(({ sku, quantity, stock }) =>
      stock === null
        ? `there is no product ${sku}`
        : `${quantity} units of ${sku} were ordered, ${stock} are left`,
    )
    .join('; ');
  return [{ ...aboutOrder(orderId), type: StockRejected, data: { orderId, detail } }];
}
