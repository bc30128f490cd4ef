import { type OrderStatus } from '@groundwork/contracts';
import { type IncomingEvent, onceInInbox, type SqlSession, type Transactions } from '@groundwork/messaging';
import { VSchemaRouter } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { mustMove } from '../order/order-status.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { type Settlement } from './settlement.ts';
import { UnknownOrderError } from './unknown-order.error.ts';
import { WrongAmountError } from './wrong-amount.error.ts';

const CONSUMER = 'settle-order';

/** Changes the status of an order once for each event: one transaction on the shard writes the inbox row and the change. */
@Injectable()
export class SettleOrder {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
  ) {}

  /** @throws {UnknownOrderError} {WrongAmountError} {IllegalTransitionError} permanent errors: a retry cannot succeed */
  async settle(event: IncomingEvent<{ orderId: string }>, settlement: Settlement): Promise<void> {
    const { orderId } = event.data;
    const slot = this.router.slotOf('orders', { id: orderId });
    const transactions: Transactions = { transaction: (work) => this.shards.transaction(slot, work) };
    await onceInInbox(
      transactions,
      CONSUMER,
      event,
      (session) => moveOrder(session, orderId, settlement),
      slot,
    );
  }
}

async function moveOrder(session: SqlSession, orderId: string, settlement: Settlement): Promise<void> {
  // Locks the row, so that two events about one order run one after the other.
  const [order] = await session.query<{ status: OrderStatus; total: string }[]>(
    `select status, total_amount || ' ' || total_currency as total from orders where id = $1 for update`,
    [orderId],
  );
  if (order === undefined) throw new UnknownOrderError(orderId);
  expectPaidInFull(orderId, settlement, order.total);
  if (!mustMove(order.status, settlement.status)) return;
  const rejection = settlement.status === 'rejected' ? settlement.rejection : undefined;
  await session.query(
    `update orders set status = $2, rejection_code = $3, rejection_detail = $4, settled_at = now()
    where id = $1`,
    [orderId, settlement.status, rejection?.code ?? null, rejection?.detail ?? null],
  );
}

function expectPaidInFull(orderId: string, settlement: Settlement, total: string): void {
  if (settlement.status !== 'confirmed') return;
  const { amount, currency } = settlement.paid;
  if (`${amount} ${currency}` !== total) throw new WrongAmountError(orderId, settlement.paid, total);
}
