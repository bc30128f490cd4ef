import { type Customer } from '@groundwork/contracts';
import { looseKey } from '@groundwork/sharding';
import { toCustomer } from '../read-customer/find-customer.ts';
import { CustomerEntity } from '../storage/entities/customer.entity.ts';
import { type Reading } from './find-customers.ts';

/** Returns undefined also for an e-mail that is claimed by an incomplete or failed sign-up. */
export async function findByEmail(
  { shards, router, plan }: Reading,
  email: string,
): Promise<Customer | undefined> {
  const slot = plan.slots!.first;
  const [claim] = await shards.read(slot, ({ manager }) =>
    manager.query<{ id: string }[]>(
      'select customer_id as id from customer_emails where slot = $1 and email_key = $2',
      [slot, looseKey(email)],
    ),
  );
  if (claim === undefined) return undefined;
  const customer = await shards.read(router.slotOf('customers', claim as { id: string }), ({ manager }) =>
    manager.findOneBy(CustomerEntity, { id: claim.id }),
  );
  return customer === null ? undefined : toCustomer(customer);
}
