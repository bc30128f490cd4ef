import { randomUUID } from 'node:crypto';
import { slotOf } from '@groundwork/sharding';
import { Pool } from 'pg';
import { PLACE_ORDERS } from '../../../src/place-order/place-orders.statement.ts';
import { LINES, type Shop } from '../open-shop.ts';
import { oneOf, repeat, type Way } from './way.ts';

/** Runs the same statement for one order, named and prepared, on bare `pg` clients: one, or as many as our pool has. */
export async function barePgWay(shop: Shop): Promise<Way> {
  const customers = await shop.customers();
  const pool = new Pool({ connectionString: shop.url, max: 10 });
  // The server may stop before the last connection is closed.
  pool.on('error', () => undefined);
  const hash = Buffer.alloc(32);
  let placed = 0;
  const placeOne = async () => {
    const customer = oneOf(customers);
    const id = await shop.ids.next(shop.shards.route(slotOf(customer)));
    const { rowCount } = await pool.query({
      ...PLACE_ORDERS,
      values: [
        ...[[slotOf(customer)], [shop.shards.map.epoch]],
        ...[[id], [customer], [randomUUID()], [hash], ['test_ok'], [null]],
        LINES.map(() => id),
        LINES.map((_, index) => index + 1),
        LINES.map(({ sku }) => sku),
        LINES.map(({ quantity }) => quantity),
      ],
    });
    placed += rowCount ?? 0;
  };
  return {
    name: 'bare pg',
    what: 'the same statement, one order each',
    customers,
    sliceOf: (atOnce) => (atOnce === 1 ? 200 : 800),
    place: (orders, atOnce) => repeat(orders, atOnce, placeOne),
    placed: () => placed,
    close: () => pool.end(),
  };
}
