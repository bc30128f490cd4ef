import { type Saga, type SagaKey, type SagaStep, type Slot, VSchemaRouter } from '@groundwork/sharding';
import { doStepOnce, undoStepOnce } from '@groundwork/sharding/postgres';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Ids } from '../make-ids/ids.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';
import {
  createOrder,
  deleteOrder,
  markTransferred,
  releaseOrder,
  reserveOrder,
  takeBackTransferred,
} from './transfer.statements.ts';
import { type ReservedOrder, type Transfer, TRANSFER_ORDER } from './transfer.ts';

/**
 * Transfers an order to another customer. An order id contains the slot of its customer, so the transfer creates a new order
 * on the shard of the other customer:
 *
 *     reserve ──▶ create ──▶ finish ══▶ release
 *     (old)       (new,      (old is    (new is
 *                 reserved)  transferred)  free)
 *
 * Each order stays reserved until the other one has followed, so no request can transfer either of them meanwhile. The saga
 * can compensate up to `finish`, its pivot. While it runs, both customers may see the order as theirs.
 */
@Injectable()
export class TransferSaga implements Saga<Transfer> {
  readonly name = TRANSFER_ORDER;
  readonly steps: readonly SagaStep<Transfer>[];

  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(Ids) private readonly ids: Ids,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
  ) {
    this.steps = [this.reserve(), this.create(), this.finish(), this.release()];
  }

  private reserve(): SagaStep<Transfer> {
    const step = 'reserve';
    return {
      name: step,
      run: async ({ orderId }, saga) => ({
        order: await this.shards.transaction(this.slotOfOrder(orderId), (manager, { slot }) =>
          reserveOrder(manager, orderId, saga.id, (effect) =>
            doStepOnce(manager, { saga, step, slot }, effect),
          ),
        ),
      }),
      compensate: ({ orderId }, saga) =>
        this.undo(saga, step, this.slotOfOrder(orderId), (manager) =>
          releaseOrder(manager, orderId, saga.id),
        ),
    };
  }

  private create(): SagaStep<Transfer> {
    const step = 'create';
    return {
      name: step,
      run: async (transfer, saga) => ({
        newOrderId: await this.shards.onOwner(this.slotOfCustomer(transfer.customerId), async (route) => {
          const id = await this.ids.next(route);
          return this.shards.transactionOn(route, (manager, { slot }) =>
            createOrder(
              manager,
              { ...transfer, id, order: transfer.order as ReservedOrder, sagaId: saga.id },
              (effect) => doStepOnce(manager, { saga, step, slot }, effect),
            ),
          );
        }),
      }),
      compensate: ({ orderId, customerId }, saga) =>
        this.undo(saga, step, this.slotOfCustomer(customerId), (manager) =>
          deleteOrder(manager, orderId, saga.id),
        ),
    };
  }

  private finish(): SagaStep<Transfer> {
    const step = 'finish';
    return {
      name: step,
      isPivot: true,
      run: ({ orderId, newOrderId }, saga) =>
        this.do(saga, step, this.slotOfOrder(orderId), (manager) =>
          markTransferred(manager, orderId, newOrderId as string, saga.id),
        ),
      compensate: ({ orderId }, saga) =>
        this.undo(saga, step, this.slotOfOrder(orderId), (manager) =>
          takeBackTransferred(manager, orderId, saga.id),
        ),
    };
  }

  private release(): SagaStep<Transfer> {
    const step = 'release';
    return {
      name: step,
      run: ({ customerId, newOrderId }, saga) =>
        this.do(saga, step, this.slotOfCustomer(customerId), (manager) =>
          releaseOrder(manager, newOrderId as string, saga.id),
        ),
    };
  }

  private do(saga: SagaKey, step: string, slot: Slot, effect: (manager: EntityManager) => Promise<void>) {
    return this.shards.transaction(slot, (manager) =>
      doStepOnce(manager, { saga, step, slot }, () => effect(manager)),
    );
  }

  private undo(saga: SagaKey, step: string, slot: Slot, takeBack: (manager: EntityManager) => Promise<void>) {
    return this.shards.transaction(slot, (manager) =>
      undoStepOnce(manager, { saga, step, slot }, () => takeBack(manager)),
    );
  }

  private slotOfOrder(id: string): Slot {
    return this.router.slotOf('orders', { id });
  }

  private slotOfCustomer(id: string): Slot {
    return this.router.slotOf('customers', { id });
  }
}
