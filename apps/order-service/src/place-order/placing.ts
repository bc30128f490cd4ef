import { type Order, type PlaceOrder } from '@groundwork/contracts';
import { moneyOf } from '../order/money.ts';
import { type Route } from '../storage/shards.ts';
import { SlotRefusedError } from '../storage/slot-refused.error.ts';
import { ArrivedLateError } from './arrived-late.error.ts';
import { type Wanted } from './batcher.ts';
import { type PlacedRow, type RefusalRow } from './place-orders.statement.ts';

/** An order to write, if the attempt can start before its deadline and while its client is connected. */
export interface Placing extends Wanted {
  readonly route: Pick<Route, 'slot' | 'epoch' | 'shard'>;
  readonly orderId: string;
  readonly key: string;
  readonly hash: Buffer;
  readonly traceparent: string | undefined;
  readonly request: PlaceOrder;
}

/** Undefined when nothing was placed. */
export type Outcome = Order | SlotRefusedError | ArrivedLateError | undefined;

/** The first twelve parameters of `PLACE_ORDERS`. */
export function parametersOf(batch: readonly Placing[]): unknown[] {
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

export function outcomeOf(
  { route, request }: Placing,
  outcome: RefusalRow['outcomes'][number] = 'fenced',
  row: PlacedRow | undefined,
): Outcome {
  if (outcome === 'late') return new ArrivedLateError(route.shard.name);
  if (outcome !== 'fenced') return new SlotRefusedError(route, outcome);
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
