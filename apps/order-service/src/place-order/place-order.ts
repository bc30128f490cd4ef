import { randomUUID } from 'node:crypto';
import { type Order, OrderPlaced, type PlaceOrder } from '@groundwork/contracts';
import { ProblemError, requestContext } from '@groundwork/service-kit';
import { slotOf } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { Ids } from '../make-ids/ids.ts';
import { moneyOf } from '../order/money.ts';
import { type ShardConnection } from '../storage/shard-connection.ts';
import { type Route, SHARDS, type Shards } from '../storage/shards.ts';
import { replayOrRefuse } from './idempotent-replay.ts';
import { PLACE_ORDER, type PlacedRow } from './place-order.statement.ts';
import { requestHash } from './request-hash.ts';
import { WHY_NOT_PLACED, type WhyNotPlacedRow } from './why-not-placed.statement.ts';

export interface PlaceOrderOutcome {
  readonly order: Order;
  /** Whether the order had been placed before, with the same key. */
  readonly replayed: boolean;
}

/** Places an order on its customer's shard, once for each idempotency key of the customer. */
@Injectable()
export class PlaceOrderUseCase {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(Ids) private readonly ids: Ids,
  ) {}

  /** @throws {ProblemError} `unknown-customer`, `unknown-sku`, `idempotency-key-reused`, `shard-unavailable` */
  async place(key: string, request: PlaceOrder): Promise<PlaceOrderOutcome> {
    const slot = slotOf(request.customerId);
    const hash = requestHash(request);
    const placed = await this.shards.onOwner(slot, async (route) => {
      const orderId = await this.ids.next(route);
      return route.shard.run((connection) => place(connection, { orderId, route, key, hash, request }));
    });
    if (placed !== undefined) return { order: placed, replayed: false };
    const order = await this.shards.read(slot, (connection) =>
      replayOrExplain(connection, key, hash, request),
    );
    return { order, replayed: true };
  }
}

interface Placing {
  readonly orderId: string;
  readonly route: Pick<Route, 'slot' | 'epoch'>;
  readonly key: string;
  readonly hash: Buffer;
  readonly request: PlaceOrder;
}

/** @returns nothing when nothing was placed */
export async function place(
  connection: ShardConnection,
  { orderId, route, key, hash, request }: Placing,
): Promise<Order | undefined> {
  const [placed] = await connection.execute<PlacedRow>(PLACE_ORDER, [
    orderId,
    request.customerId,
    key,
    hash,
    request.lines.map(({ sku }) => sku),
    request.lines.map(({ quantity }) => quantity),
    request.paymentMethod,
    randomUUID(),
    route.slot,
    OrderPlaced.topic,
    OrderPlaced.type,
    requestContext()?.traceparent ?? null,
    route.epoch,
  ]);
  return (
    placed && {
      id: orderId,
      customerId: request.customerId,
      status: 'pending',
      lines: placed.lines,
      total: moneyOf(placed.amount, placed.currency),
      createdAt: placed.createdAt.toISOString(),
    }
  );
}

async function replayOrExplain(
  connection: ShardConnection,
  key: string,
  hash: Buffer,
  { customerId, lines }: PlaceOrder,
): Promise<Order> {
  const skus = lines.map(({ sku }) => sku);
  const [why] = await connection.execute<WhyNotPlacedRow>(WHY_NOT_PLACED, [customerId, key, skus]);
  const { customerIsKnown, unknownSkus, requestHash, orderId } = why as WhyNotPlacedRow;
  // The record first: what was placed is replayed, also when a product has since left the catalogue.
  if (requestHash !== null && orderId !== null) {
    return replayOrRefuse(connection, { requestHash, orderId }, hash);
  }
  if (!customerIsKnown) {
    throw new ProblemError({
      status: 422,
      code: 'unknown-customer',
      detail: `There is no customer ${customerId}.`,
      errors: [{ pointer: '/customerId', detail: 'unknown customer' }],
    });
  }
  throw new ProblemError({
    status: 422,
    code: 'unknown-sku',
    detail: `The catalogue does not have ${unknownSkus.join(', ')}.`,
    errors: skus.flatMap((sku, index) =>
      unknownSkus.includes(sku) ? [{ pointer: `/lines/${index}/sku`, detail: `unknown sku ${sku}` }] : [],
    ),
  });
}
