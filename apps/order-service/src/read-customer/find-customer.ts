import { type Customer } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';
import { type EntityManager } from 'typeorm';
import { CustomerEntity } from '../storage/entities/customer.entity.ts';

/** @throws {ProblemError} `not-found` */
export async function findCustomer(manager: EntityManager, id: string): Promise<Customer> {
  const customer = await manager.findOneBy(CustomerEntity, { id });
  if (customer === null) {
    throw new ProblemError({ status: 404, code: 'not-found', detail: `There is no customer ${id}.` });
  }
  return toCustomer(customer);
}

export function toCustomer({ id, email, name, region, tenant, createdAt }: CustomerEntity): Customer {
  return { id, email, name, region, ...(tenant !== null && { tenant }), createdAt: createdAt.toISOString() };
}
