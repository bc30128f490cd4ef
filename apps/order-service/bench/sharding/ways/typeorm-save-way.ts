import { createHash, randomUUID } from 'node:crypto';
import { OrderPlaced } from '@groundwork/contracts';
import { slotOf } from '@groundwork/sharding';
import { DataSource, EntitySchema, In } from 'typeorm';
import { CustomerEntity } from '../../../src/storage/entities/customer.entity.ts';
import { OrderLineEntity } from '../../../src/storage/entities/order-line.entity.ts';
import { OrderEntity } from '../../../src/storage/entities/order.entity.ts';
import { LINES, type Shop } from '../open-shop.ts';
import { oneOf, repeat, type Way } from './way.ts';

const text = { type: 'text' } as const;
const ProductRow = new EntitySchema<{ sku: string; price_amount: string; price_currency: string }>({
  name: 'products',
  columns: { sku: { ...text, primary: true }, price_amount: { type: 'bigint' }, price_currency: text },
});
const KeyRow = new EntitySchema({
  name: 'idempotency_keys',
  columns: {
    customer_id: { type: 'bigint', primary: true },
    key: { ...text, primary: true },
    request_hash: { type: 'bytea' },
    order_id: { type: 'bigint' },
  },
});
const OutboxRow = new EntitySchema({
  name: 'outbox',
  columns: {
    position: { type: 'bigint', primary: true, generated: 'increment' },
    ...{ event_id: { type: 'uuid' }, slot: { type: 'smallint' }, data: { type: 'jsonb' } },
    ...{ topic: text, key: text, type: text },
  },
});

/** Places an order as a service with entities and `save` does, in one transaction. */
export async function typeormSaveWay(shop: Shop): Promise<Way> {
  const customers = await shop.customers();
  const database = await new DataSource({
    type: 'postgres',
    url: shop.url,
    poolSize: 10,
    entities: [CustomerEntity, OrderEntity, OrderLineEntity, ProductRow, KeyRow, OutboxRow],
  }).initialize();
  let placed = 0;
  const placeOne = async () => {
    await placeBySaving(database, shop, oneOf(customers));
    placed += 1;
  };
  return {
    name: 'TypeORM save',
    what: 'entities in a transaction',
    customers,
    sliceOf: (atOnce) => (atOnce === 1 ? 60 : 200),
    place: (orders, atOnce) => repeat(orders, atOnce, placeOne),
    placed: () => placed,
    close: () => database.destroy(),
  };
}

async function placeBySaving(database: DataSource, { ids, shards }: Shop, customerId: string): Promise<void> {
  const slot = slotOf(customerId);
  const id = await ids.next(shards.route(slot));
  await database.transaction(async (manager) => {
    await manager.findOneByOrFail(CustomerEntity, { id: customerId });
    const products = await manager.findBy(ProductRow, { sku: In(LINES.map(({ sku }) => sku)) });
    const lines = LINES.map((line, index) => {
      const { price_amount, price_currency } = products.find(({ sku }) => sku === line.sku)!;
      return {
        ...line,
        orderId: id,
        position: index + 1,
        unitPriceAmount: price_amount,
        unitPriceCurrency: price_currency,
      };
    });
    const total = lines.reduce((sum, line) => sum + Number(line.unitPriceAmount) * line.quantity, 0);
    const request_hash = createHash('sha256')
      .update(JSON.stringify([customerId, LINES]))
      .digest();
    await manager.save(KeyRow, { customer_id: customerId, key: randomUUID(), request_hash, order_id: id });
    const order = {
      id,
      customerId,
      status: 'pending',
      paymentMethod: 'test_ok',
      createdAt: new Date(),
    } as const;
    await manager.save(OrderEntity, { ...order, totalAmount: `${total}`, totalCurrency: 'EUR' });
    await manager.save(OrderLineEntity, lines);
    const { topic, type } = OrderPlaced;
    const data = {
      orderId: id,
      customerId,
      lines,
      total: { amount: total, currency: 'EUR' },
      paymentMethod: 'test_ok',
    };
    await manager.save(OutboxRow, { event_id: randomUUID(), slot, topic, key: id, type, data });
  });
}
