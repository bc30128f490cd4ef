import { type Order } from '@groundwork/contracts';
import { type EntityManager } from 'typeorm';
import { OrderEntity } from '../storage/entities/order.entity.ts';
import { withLines } from './with-lines.ts';

export async function findOrder(manager: EntityManager, id: string): Promise<Order | undefined> {
  const order = await manager.findOneBy(OrderEntity, { id });
  return order === null ? undefined : (await withLines(manager, [order]))[0];
}
