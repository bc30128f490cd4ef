import { type Order, type PlaceOrder } from '@groundwork/contracts';
import { ProblemError, requestContext } from '@groundwork/service-kit';
import { VSchemaRouter } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { Ids } from '../make-ids/ids.ts';
import { type ShardConnection } from '../storage/shard-connection.ts';
import { PATIENCE_MS, SHARDS, type Shards } from '../storage/shards.ts';
import { replayOrRefuse } from './idempotent-replay.ts';
import { OrderWriter } from './order-writer.ts';
import { requestHash } from './request-hash.ts';
import { WHY_NOT_PLACED, type WhyNotPlacedRow } from './why-not-placed.statement.ts';

export interface PlaceOrderOutcome {
  readonly order: Order;
  /** Whether the order had been placed before, with the same key. */
  readonly replayed: boolean;
}

/** Number of attempts when the statement placed nothing although the order is valid. */
const MAX_ATTEMPTS = 3;

/** Places an order on its customer's shard, once for each idempotency key of the customer. */
@Injectable()
export class PlaceOrderUseCase {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(Ids) private readonly ids: Ids,
    @Inject(OrderWriter) private readonly writer: OrderWriter,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
  ) {}

  /**
   * Places nothing after the promise has settled or the signal is aborted, unless the statement was already sent. A request
   * with the same key returns the outcome of such a statement.
   *
   * @throws {ProblemError} `unknown-customer`, `unknown-sku`, `idempotency-key-reused`, `shard-unavailable`,
   *   `shard-overloaded`, `transaction-conflict`
   */
  async place(key: string, request: PlaceOrder, signal?: AbortSignal): Promise<PlaceOrderOutcome> {
    const untilMs = performance.now() + PATIENCE_MS;
    const slot = this.router.slotOf('orders', { customer_id: request.customerId });
    const hash = requestHash(request);
    const traceparent = requestContext()?.traceparent;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const placed = await this.shards.onOwner(slot, async (route) => {
        signal?.throwIfAborted();
        const orderId = await this.ids.next(route);
        return this.writer.write({ route, orderId, key, hash, traceparent, request, untilMs, signal });
      });
      if (placed !== undefined) return { order: placed, replayed: false };
      const earlier = await this.shards.read(slot, (connection) =>
        replayOrExplain(connection, key, hash, request),
      );
      if (earlier !== undefined) return { order: earlier, replayed: true };
    }
    throw new ProblemError({ status: 503, code: 'unavailable', headers: { 'retry-after': '1' } });
  }
}

/**
 * @returns the order of the key, or undefined when the order is valid now: the placing statement read a snapshot of its
 * start, without a customer who arrived later with the slot, or a product that was added later
 */
async function replayOrExplain(
  connection: ShardConnection,
  key: string,
  hash: Buffer,
  { customerId, lines }: PlaceOrder,
): Promise<Order | undefined> {
  const skus = lines.map(({ sku }) => sku);
  const [why] = await connection.execute<WhyNotPlacedRow>(WHY_NOT_PLACED, [customerId, key, skus]);
  const { customerIsKnown, unknownSkus, requestHash, orderId } = why as WhyNotPlacedRow;
  // Checks the record first: a placed order is replayed, also when a product has left the catalogue since.
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
  if (unknownSkus.length === 0) return undefined;
  throw new ProblemError({
    status: 422,
    code: 'unknown-sku',
    detail: `The catalogue does not have ${unknownSkus.join(', ')}.`,
    errors: skus.flatMap((sku, index) =>
      unknownSkus.includes(sku) ? [{ pointer: `/lines/${index}/sku`, detail: `unknown sku ${sku}` }] : [],
    ),
  });
}
