import { type AllOrdersPage, type ListAllOrdersQuery } from '@groundwork/contracts';
import { decodeCursor, encodeCursor, mergePage } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { AllShards } from '../ask-all-shards/all-shards.ts';
import { fromScan, positionIn, type ScannedOrder } from '../read-orders/scanned-order.ts';
import { ordersPage } from './orders-page.statement.ts';
import { SORT_ORDERS } from './sort-orders.ts';

/** Lists the orders of all shards as one list, page by page, in the order of a single database. */
@Injectable()
export class ListOrdersUseCase {
  constructor(@Inject(AllShards) private readonly allShards: AllShards) {}

  /** @throws {InvalidCursorError} for a cursor of another filter or sort order; also the errors of `AllShards` */
  async list(query: ListAllOrdersQuery, signal: AbortSignal): Promise<AllOrdersPage> {
    const { status, region, sort, limit, cursor, partial } = query;
    const [order, list] = [SORT_ORDERS[sort], JSON.stringify(['orders', status, region, sort])];
    const after = cursor === undefined ? undefined : decodeCursor(cursor, order, list);
    const question = ordersPage({ status, region, sort, after, limit: limit + 1 });
    const { rows: shards, failedShards } = await this.allShards.ask<ScannedOrder>(question, {
      partial,
      signal,
    });
    const { rows, next } = await mergePage(shards, order, positionIn(order), limit);
    return {
      items: rows.map(fromScan),
      nextCursor: next === undefined ? null : encodeCursor(next, order, list),
      complete: failedShards.length === 0,
      failedShards: [...failedShards],
    };
  }
}
