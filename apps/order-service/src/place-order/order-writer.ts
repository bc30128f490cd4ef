import { type Order, type PlaceOrder } from '@groundwork/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { moneyOf } from '../order/money.ts';
import { OutboxRelays } from '../publish-events/outbox-relays.ts';
import { ShardUnavailableError } from '../storage/shard-unavailable.error.ts';
import { type Shard } from '../storage/shard.ts';
import { type Route } from '../storage/shards.ts';
import { Batcher } from './batcher.ts';
import { PLACE_ORDERS, type PlacedRow } from './place-orders.statement.ts';

export interface Placing {
  readonly route: Pick<Route, 'slot' | 'epoch' | 'shard'>;
  readonly orderId: string;
  readonly key: string;
  readonly hash: Buffer;
  readonly traceparent: string | undefined;
  readonly request: PlaceOrder;
}

type OrderBatcher = Batcher<Placing, Order | undefined>;

/**
 * Writes orders, those of one shard that come at the same time together: with a commit that waits for the disk, a batch of
 * 32 takes about five times as long as one order.
 */
@Injectable()
export class OrderWriter {
  private readonly batchers = new WeakMap<Shard, OrderBatcher>();

  constructor(@Inject(OutboxRelays) private readonly relays: Pick<OutboxRelays, 'hint'>) {}

  /** @returns nothing when nothing was placed @throws {StaleEpochError} {ShardUnavailableError} */
  write(placing: Placing): Promise<Order | undefined> {
    return this.batcherOf(placing.route.shard).add(placing);
  }

  private batcherOf(shard: Shard): OrderBatcher {
    let batcher = this.batchers.get(shard);
    if (batcher === undefined) {
      const isAboutAll = (error: unknown) => error instanceof ShardUnavailableError;
      batcher = new Batcher((batch) => this.place(shard, batch), { isAboutAll });
      this.batchers.set(shard, batcher);
    }
    return batcher;
  }

  private async place(shard: Shard, batch: readonly Placing[]): Promise<(Order | undefined)[]> {
    const rows = await shard.run((connection) =>
      connection.execute<PlacedRow>(PLACE_ORDERS, parametersOf(batch)),
    );
    if (rows.length > 0) this.relays.hint(shard.name);
    const placed = new Map(rows.map((row) => [row.id, row]));
    return batch.map(({ orderId, request }) => toOrder(placed.get(orderId), request));
  }
}

function parametersOf(batch: readonly Placing[]): unknown[] {
  const epochs = new Map(batch.map(({ route }) => [`${route.slot} ${route.epoch}`, route]));
  const fences = [...epochs.values()];
  const lines = batch.flatMap(({ orderId, request }) =>
    request.lines.map((line, index) => ({ ...line, orderId, position: index + 1 })),
  );
  return [
    fences.map(({ slot }) => slot),
    fences.map(({ epoch }) => epoch),
    batch.map(({ orderId }) => orderId),
    batch.map(({ request }) => request.customerId),
    batch.map(({ key }) => key),
    batch.map(({ hash }) => hash),
    batch.map(({ request }) => request.paymentMethod),
    batch.map(({ traceparent }) => traceparent ?? null),
    lines.map(({ orderId }) => orderId),
    lines.map(({ position }) => position),
    lines.map(({ sku }) => sku),
    lines.map(({ quantity }) => quantity),
  ];
}

function toOrder(row: PlacedRow | undefined, { customerId }: PlaceOrder): Order | undefined {
  return (
    row && {
      id: row.id,
      customerId,
      status: 'pending',
      lines: row.lines,
      total: moneyOf(row.amount, row.currency),
      createdAt: row.createdAt.toISOString(),
    }
  );
}
