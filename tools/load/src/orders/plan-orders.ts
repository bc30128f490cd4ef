import { type PaymentMethod, type PlaceOrder } from '@groundwork/contracts';
import { randomUUID } from 'node:crypto';

/** An order with the key that makes a retry safe. */
export interface PlannedOrder {
  readonly key: string;
  readonly order: PlaceOrder;
}

/** Products that only the load buys, so that other orders do not change their stock. */
export const LOAD_SKUS: readonly string[] = Array.from(
  { length: 10 },
  (_, index) => `GW-${String(index + 51).padStart(4, '0')}`,
);

/**
 * Plans orders for the customers in turn: one to three lines each, every tenth order is declined, every twenty-fifth is
 * flaky.
 */
export function planOrders(count: number, customerIds: readonly string[]): readonly PlannedOrder[] {
  return Array.from({ length: count }, (_, index) => ({
    key: randomUUID(),
    order: {
      customerId: pick(customerIds, index),
      lines: Array.from({ length: 1 + (index % 3) }, (_line, line) => ({
        sku: pick(LOAD_SKUS, index + line),
        quantity: 1 + ((index + line) % 4),
      })),
      paymentMethod: paymentMethodOf(index),
    },
  }));
}

function paymentMethodOf(index: number): PaymentMethod {
  if (index % 10 === 9) return 'test_declined';
  return index % 25 === 12 ? 'test_flaky' : 'test_ok';
}

function pick<T>(from: readonly T[], index: number): T {
  const picked = from[index % from.length];
  if (picked === undefined) throw new Error('Nothing to pick from.');
  return picked;
}
