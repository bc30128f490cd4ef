import { randomUUID } from 'node:crypto';
import { VSchemaRouter } from '@groundwork/sharding';
import { OrderWriter } from '../../../src/place-order/order-writer.ts';
import { PlaceOrderUseCase } from '../../../src/place-order/place-order.ts';
import { vschemaFile } from '../../../src/routing/vschema-file.ts';
import { LINES, type Shop } from '../open-shop.ts';
import { oneOf, repeat, type Way } from './way.ts';

/** Runs the whole use case: route, id, request hash, batcher, pool, statement, answer. */
export async function ourWay(shop: Shop): Promise<Way> {
  const customers = await shop.customers();
  const writer = new OrderWriter({ hint: () => undefined }, { SHARD_CONNECT_TIMEOUT_MS: 2_000 });
  const router = new VSchemaRouter(vschemaFile.parse(undefined));
  const useCase = new PlaceOrderUseCase(shop.shards, shop.ids, writer, router);
  let placed = 0;
  return {
    name: 'ours',
    what: 'the use case',
    customers,
    sliceOf: (atOnce) => (atOnce === 1 ? 200 : 2_000),
    place: async (orders, atOnce) => {
      await repeat(orders, atOnce, () =>
        useCase.place(randomUUID(), { customerId: oneOf(customers), lines: LINES, paymentMethod: 'test_ok' }),
      );
      placed += orders;
    },
    placed: () => placed,
    close: () => Promise.resolve(),
  };
}
