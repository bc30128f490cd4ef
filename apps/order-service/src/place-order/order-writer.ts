import { type Order, type PlaceOrder } from '@groundwork/contracts';
import { type FenceOutcome } from '@groundwork/sharding/postgres';
import { Inject, Injectable } from '@nestjs/common';
import { moneyOf } from '../order/money.ts';
import { OutboxRelays } from '../publish-events/outbox-relays.ts';
import { ShardUnavailableError } from '../storage/shard-unavailable.error.ts';
import { type Shard } from '../storage/shard.ts';
import { type Route } from '../storage/shards.ts';
import { SlotRefusedError } from '../storage/slot-refused.error.ts';
import { Batcher } from './batcher.ts';
import { PLACE_ORDERS, type FenceRow, type PlacedRow } from './place-orders.statement.ts';

export interface Placing {
  readonly route: Pick<Route, 'slot' | 'epoch' | 'shard'>;
  readonly orderId: string;
  readonly key: string;
  readonly hash: Buffer;
  readonly traceparent: string | undefined;
  readonly request: PlaceOrder;
}

type Outcome = Order | SlotRefusedError | undefined;

/**
 * Writes orders, those of one shard that come at the same time together: with a commit that waits for the disk, a batch of
 * 32 takes about five times as long as one order.
 */
@Injectable()
export class OrderWriter {
  private readonly batchers = new WeakMap<Shard, Batcher<Placing, Outcome>>();

  constructor(@Inject(OutboxRelays) private readonly relays: Pick<OutboxRelays, 'hint'>) {}

  /** @returns nothing when nothing was placed @throws {SlotRefusedError} {ShardUnavailableError} */
  async write(placing: Placing): Promise<Order | undefined> {
    const outcome = await this.batcherOf(placing.route.shard).add(placing);
    if (outcome instanceof SlotRefusedError) throw outcome;
    return outcome;
  }

  private batcherOf(shard: Shard): Batcher<Placing, Outcome> {
    let batcher = this.batchers.get(shard);
    if (batcher === undefined) {
      const isAboutAll = (error: unknown) => error instanceof ShardUnavailableError;
      batcher = new Batcher((batch) => this.place(shard, batch), { isAboutAll });
      this.batchers.set(shard, batcher);
    }
    return batcher;
  }

  private async place(shard: Shard, batch: readonly Placing[]): Promise<Outcome[]> {
    const rows = await shard.run((connection) =>
      connection.execute<PlacedRow | FenceRow>(PLACE_ORDERS, parametersOf(batch)),
    );
    const placed = new Map(rows.filter(isPlaced).map((row) => [row.id, row]));
    const fence = rows.find((row) => !isPlaced(row))?.outcomes;
    if (placed.size > 0) this.relays.hint(shard.name);
    return batch.map((placing, index) => outcomeOf(placing, fence?.[index], placed.get(placing.orderId)));
  }
}

const isPlaced = (row: PlacedRow | FenceRow): row is PlacedRow => row.id !== null;

function parametersOf(batch: readonly Placing[]): unknown[] {
  const lines = batch.flatMap(({ orderId, request }) =>
    request.lines.map((line, index) => ({ ...line, orderId, position: index + 1 })),
  );
  return [
    batch.map(({ route }) => route.slot),
    batch.map(({ route }) => route.epoch),
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

function outcomeOf(
  { route, request }: Placing,
  fence: FenceOutcome = 'fenced',
  row: PlacedRow | undefined,
): Outcome {
  if (fence !== 'fenced') return new SlotRefusedError(route, fence);
  return (
    row && {
      id: row.id,
      customerId: request.customerId,
      status: 'pending',
      lines: row.lines,
      total: moneyOf(row.amount, row.currency),
      createdAt: row.createdAt.toISOString(),
    }
  );
}
