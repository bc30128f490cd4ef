import { Customer } from '@groundwork/contracts';
import { inParallel, sendSurely, Shop } from '@groundwork/load';
import { randomUUID } from 'node:crypto';

/** Creates new customers, on all shards. */
export async function signUp(gateways: readonly string[], count: number): Promise<readonly string[]> {
  const shop = new Shop(gateways);
  const customers = await inParallel(Array.from({ length: count }), 8, async () => {
    const json = { email: `chaos-${randomUUID()}@example.com`, name: 'Ada Example', region: 'eu' };
    return (await sendSurely(() => shop.request('/v1/customers', { json }))).as(201, Customer);
  });
  return customers.map(({ id }) => id);
}
