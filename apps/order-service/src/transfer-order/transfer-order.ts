import { createHash } from 'node:crypto';
import { type Order } from '@groundwork/contracts';
import { type SagaKey, type SagaRecord, SagaLeaseLostError, VSchemaRouter } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { findOrder } from '../read-orders/find-order.ts';
import { Sagas } from '../run-sagas/sagas.ts';
import { CustomerEntity } from '../storage/entities/customer.entity.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { refusalOf, refusals } from './transfer-refusals.ts';
import { type Transfer, TRANSFER_ORDER } from './transfer.ts';

export interface TransferOutcome {
  readonly order: Order;
  /** Whether an earlier request with the same key has started this transfer. */
  readonly replayed: boolean;
}

/** Transfers a confirmed order to another customer, once for each idempotency key of the order. */
@Injectable()
export class TransferOrderUseCase {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
    @Inject(Sagas) private readonly sagas: Sagas,
  ) {}

  /** @returns the other customer's new order @throws {ProblemError} see `transfer-refusals.ts` */
  async transfer(orderId: string, key: string, customerId: string): Promise<TransferOutcome> {
    const saga: SagaKey = { slot: this.router.slotOf('orders', { id: orderId }), id: sagaIdOf(orderId, key) };
    const known = await this.sagas.log.find(saga);
    // Rejects impossible transfers before a saga starts, so that nothing is stored for them.
    if (known === undefined) await this.refuseImpossible(orderId, customerId);
    const { record, begun } =
      known === undefined ? await this.start(saga, orderId, customerId) : { record: known, begun: false };
    const transfer = record.context as Transfer;
    if (transfer.customerId !== customerId) throw refusals.keyReused();
    if (record.state === 'compensated' && record.failure) throw refusalOf(orderId, record.failure);
    if (record.state !== 'done') throw refusals.unfinished(orderId);
    return { order: await this.newOrder(transfer), replayed: !begun };
  }

  private async start(
    saga: SagaKey,
    orderId: string,
    customerId: string,
  ): Promise<{ record: SagaRecord; begun: boolean }> {
    try {
      const context: Transfer = { orderId, customerId };
      return await this.sagas.runner.start({ ...saga, saga: TRANSFER_ORDER, context });
    } catch (error) {
      throw error instanceof SagaLeaseLostError ? refusals.unfinished(orderId) : error;
    }
  }

  private async refuseImpossible(orderId: string, customerId: string): Promise<void> {
    const slot = this.router.slotOf('orders', { id: orderId });
    const order = await this.shards.read(slot, ({ manager }) => findOrder(manager, orderId));
    if (order === undefined) throw refusals.unknownOrder(orderId);
    if (order.customerId === customerId) throw refusals.sameCustomer(customerId);
    if (order.status !== 'confirmed') throw refusals.notConfirmed(orderId, order.status);
    const isKnown = await this.shards.read(
      this.router.slotOf('customers', { id: customerId }),
      ({ manager }) => manager.existsBy(CustomerEntity, { id: customerId }),
    );
    if (!isKnown) throw refusals.unknownCustomer(customerId);
  }

  /** Returns the new order in its current state: it may have been transferred again since. */
  private async newOrder({ newOrderId }: Transfer): Promise<Order> {
    const id = newOrderId as string;
    const slot = this.router.slotOf('orders', { id });
    return (await this.shards.read(slot, ({ manager }) => findOrder(manager, id))) as Order;
  }
}

/** Scopes keys to their order: two orders may use the same key. */
function sagaIdOf(orderId: string, key: string): string {
  return createHash('sha256').update(`${TRANSFER_ORDER} ${orderId} ${key}`).digest('hex');
}
