import { type EntityManager } from 'typeorm';
import { refusals } from './transfer-refusals.ts';
import { type ReservedLine, type ReservedOrder } from './transfer.ts';

/** Runs an effect unless an earlier run has already had it. */
type Once = (effect: () => Promise<void>) => Promise<void>;

/** Reserves an order for a saga. @returns the order, also when the saga has already reserved it @throws {ProblemError} */
export async function reserveOrder(
  manager: EntityManager,
  orderId: string,
  sagaId: string,
  once: Once,
): Promise<ReservedOrder> {
  await once(async () => {
    // Locks the row, so that concurrent transfers of the order run one after the other.
    const [order] = await manager.query<{ status: string; transferring_by: string | null }[]>(
      'select status, transferring_by from orders where id = $1 for update',
      [orderId],
    );
    if (order === undefined) throw refusals.unknownOrder(orderId);
    if (order.transferring_by !== null) throw refusals.beingTransferred(orderId);
    if (order.status !== 'confirmed') throw refusals.notConfirmed(orderId, order.status);
    await manager.query('update orders set transferring_by = $2 where id = $1', [orderId, sagaId]);
  });
  const [order] = await manager.query<Omit<ReservedOrder, 'lines'>[]>(
    `select total_amount as "totalAmount", total_currency as "totalCurrency", payment_method as "paymentMethod",
       settled_at as "settledAt"
     from orders where id = $1`,
    [orderId],
  );
  const lines = await manager.query<ReservedLine[]>(
    `select position, sku, quantity, unit_price_amount as "unitPriceAmount", unit_price_currency as "unitPriceCurrency"
     from order_lines where order_id = $1 order by position`,
    [orderId],
  );
  return { ...(order as Omit<ReservedOrder, 'lines'>), lines };
}

export interface NewOrder {
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly order: ReservedOrder;
  readonly sagaId: string;
}

/**
 * Creates the order of the other customer, also reserved.
 *
 * @returns the id of the order; the existing id when an earlier run has created the order
 * @throws {ProblemError}
 */
export async function createOrder(
  manager: EntityManager,
  { id, orderId, customerId, order, sagaId }: NewOrder,
  once: Once,
): Promise<string> {
  await once(async () => {
    const created = await manager.query<unknown[]>(
      `insert into orders (id, customer_id, status, total_amount, total_currency, payment_method, settled_at,
         transferred_from, transferring_by)
       select $1, customers.id, 'confirmed', $3, $4, $5, $6, $7, $8 from customers where customers.id = $2
       returning id`,
      [
        ...[id, customerId, order.totalAmount, order.totalCurrency, order.paymentMethod],
        ...[order.settledAt, orderId, sagaId],
      ],
    );
    if (created.length === 0) throw refusals.unknownCustomer(customerId);
    await manager.query(
      `insert into order_lines (order_id, position, sku, quantity, unit_price_amount, unit_price_currency)
       select $1, position, sku, quantity, "unitPriceAmount", "unitPriceCurrency"
       from jsonb_to_recordset($2) as line
         (position smallint, sku text, quantity int, "unitPriceAmount" bigint, "unitPriceCurrency" text)`,
      [id, JSON.stringify(order.lines)],
    );
  });
  const [row] = await manager.query<{ id: string }[]>(
    'select id from orders where transferred_from = $1 and transferring_by = $2',
    [orderId, sagaId],
  );
  return (row as { id: string }).id;
}

export async function deleteOrder(manager: EntityManager, orderId: string, sagaId: string): Promise<void> {
  const ofSaga = 'select id from orders where transferred_from = $1 and transferring_by = $2';
  await manager.query(`delete from order_lines where order_id in (${ofSaga})`, [orderId, sagaId]);
  await manager.query('delete from orders where transferred_from = $1 and transferring_by = $2', [
    orderId,
    sagaId,
  ]);
}

export async function markTransferred(
  manager: EntityManager,
  orderId: string,
  newOrderId: string,
  sagaId: string,
): Promise<void> {
  await manager.query(
    `update orders set status = 'transferred', transferred_to = $2, transferring_by = null
     where id = $1 and transferring_by = $3`,
    [orderId, newOrderId, sagaId],
  );
}

export async function takeBackTransferred(
  manager: EntityManager,
  orderId: string,
  sagaId: string,
): Promise<void> {
  await manager.query(
    `update orders set status = 'confirmed', transferred_to = null, transferring_by = $2 where id = $1`,
    [orderId, sagaId],
  );
}

export async function releaseOrder(manager: EntityManager, orderId: string, sagaId: string): Promise<void> {
  await manager.query('update orders set transferring_by = null where id = $1 and transferring_by = $2', [
    orderId,
    sagaId,
  ]);
}
