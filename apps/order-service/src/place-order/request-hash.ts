import { createHash } from 'node:crypto';
import { type PlaceOrder } from '@groundwork/contracts';

/** Equal for bodies that ask for the same, whatever the order of their fields or their white space. */
export function requestHash({ customerId, lines, paymentMethod }: PlaceOrder): Buffer {
  const canonical = [customerId, paymentMethod, lines.map(({ sku, quantity }) => [sku, quantity])];
  return createHash('sha256').update(JSON.stringify(canonical)).digest();
}
