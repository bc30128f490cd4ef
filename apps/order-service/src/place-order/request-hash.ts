import { createHash } from 'node:crypto';
import { type PlaceOrder } from '@groundwork/contracts';

/** Equal for bodies that ask for the same, whatever the order of their fields or their white space. */
export function requestHash({ customerId, lines, paymentMethod }: PlaceOrder): Buffer {
  return hashOf([customerId, paymentMethod, lines.map(({ sku, quantity }) => [sku, quantity])]);
}

/** @param canonical what was asked for, without what two equal requests may differ in */
export function hashOf(canonical: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(canonical)).digest();
}
