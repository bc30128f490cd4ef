import {
  OrderStatus,
  type OrderFigures,
  type OrdersSummary,
  type SummariseOrdersQuery,
} from '@groundwork/contracts';
import {
  type Aggregates,
  averageOf,
  count,
  maximum,
  mergeColumns,
  mergeGroups,
  minimum,
  sum,
} from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { AllShards } from '../ask-all-shards/all-shards.ts';
import { moneyOf, SHOP_CURRENCY } from '../order/money.ts';
import { ordersSummary, type SummaryRow } from './orders-summary.statement.ts';

/** Summarises the orders of all shards by merging counts, sums and extremes. */
@Injectable()
export class SummariseOrdersUseCase {
  constructor(@Inject(AllShards) private readonly allShards: AllShards) {}

  async summarise(query: SummariseOrdersQuery, signal: AbortSignal): Promise<OrdersSummary> {
    const { status, region, partial } = query;
    const question = ordersSummary({ status, region });
    const { rows, failedShards } = await this.allShards.ask<SummaryRow>(question, { partial, signal });
    const byStatus = mergeGroups(
      rows.flat().map((row) => [row.status, columnsOf(row)] as const),
      MERGED,
    );
    const statuses = status === undefined ? OrderStatus.options : [status];
    return {
      all: figuresOf(mergeColumns(onceEach(byStatus), MERGED)),
      byStatus: statuses.map((known) => ({
        status: known,
        ...figuresOf(byStatus.get(known) ?? mergeColumns([], MERGED)),
      })),
      complete: failedShards.length === 0,
      failedShards: [...failedShards],
    };
  }
}

/** Leaves out transferred orders: each of them counts as the new order that replaced it. */
function onceEach(byStatus: ReadonlyMap<OrderStatus, Columns>): Columns[] {
  return [...byStatus].flatMap(([status, columns]) => (status === 'transferred' ? [] : [columns]));
}

interface Columns {
  readonly count: bigint;
  readonly sum: bigint | null;
  readonly smallest: bigint | null;
  readonly largest: bigint | null;
}

const MERGED: Aggregates<Columns> = { count, sum, smallest: minimum, largest: maximum };

const columnsOf = (row: SummaryRow): Columns => ({
  count: BigInt(row.count),
  sum: BigInt(row.sum),
  smallest: BigInt(row.smallest),
  largest: BigInt(row.largest),
});

function figuresOf({ count, sum, smallest, largest }: Columns): OrderFigures {
  const money = (amount: bigint | null) => (amount === null ? null : moneyOf(`${amount}`, SHOP_CURRENCY));
  return {
    count: Number(count),
    sum: { amount: `${sum ?? 0n}`, currency: SHOP_CURRENCY },
    average: money(averageOf(sum, count)),
    smallest: money(smallest),
    largest: money(largest),
  };
}
