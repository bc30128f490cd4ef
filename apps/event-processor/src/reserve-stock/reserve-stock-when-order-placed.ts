import { OrderPlaced, type OrderPlacedData, StockRejected, StockReserved } from '@groundwork/contracts';
import {
  appendToOutbox,
  batchOnceInInbox,
  type EventBatch,
  type IncomingEvent,
  KeepEventErrors,
  type OutboxEvent,
  type SqlSession,
} from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { inEventContext } from '../consume-events/in-event-context.ts';
import { SHOP_EVENTS } from '../consume-events/transports.ts';
import { aboutOrder } from '../publish-events/about-order.ts';
import { productsChanged } from './products-changed.ts';
import { RemainingStock, type ShortLine } from './remaining-stock.ts';
import { lockStock, takeStock } from './reserve-stock.statement.ts';

/**
 * Orders in one transaction: enough to share its cost, and few enough that its product locks delay payments only briefly.
 */
const ORDERS_AT_ONCE = 200;

/** Reserves the stock of each order once: the inbox rows, the stock and the published events are in one transaction. */
@Controller()
@UseFilters(KeepEventErrors)
export class ReserveStockWhenOrderPlaced {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  @EventPattern(OrderPlaced.type, SHOP_EVENTS, { batch: ORDERS_AT_ONCE })
  reserveStockWhenOrderPlaced(@Payload() batch: EventBatch<OrderPlacedData>): Promise<void> {
    return batchOnceInInbox(this.database, 'reserve-stock', batch, reserveStock);
  }
}

/**
 * Decides the orders one after the other, each with the stock that the previous ones left, and publishes in their own
 * traces.
 */
async function reserveStock(
  session: SqlSession,
  events: readonly IncomingEvent<OrderPlacedData>[],
): Promise<void> {
  const skus = events.flatMap(({ data }) => data.lines.map(({ sku }) => sku));
  const stock = new RemainingStock(await lockStock(session, skus));
  const told = events.flatMap((event) => inEventContext(event, () => decide(event.data, stock)));
  await takeStock(session, stock.setAside);
  await appendToOutbox(session, told);
}

function decide(order: OrderPlacedData, stock: RemainingStock): OutboxEvent[] {
  const short = stock.takeAllOrNone(order.lines);
  return short.length === 0 ? reserved(order) : rejected(order, short);
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
