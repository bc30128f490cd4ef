import { createHash } from 'node:crypto';
import { type PlaceOrder } from '@groundwork/contracts';

/** Returns equal hashes for equal requests, independent of the order of their fields and of white space. */
export function requestHash({ customerId, lines, paymentMethod }: PlaceOrder): Buffer {
  return hashOf([customerId, paymentMethod, lines.map(({ sku, quantity }) => [sku, quantity])]);
}

/** @param canonical the content of the request, without anything in which two equal requests may differ */
export function hashOf(canonical: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(canonical)).digest();
}
