import { looseKey, type Slot } from '@groundwork/sharding';
import { CustomerProbe } from '../create-customer/customer-probe.ts';
import { EmailClaims } from '../create-customer/email-claims.ts';
import { EmailTakenError } from '../create-customer/email-taken.error.ts';
import { type BackfillOptions, type CustomerKeys, type LookupBackfill } from './backfill-lookups.ts';
import { bySlot } from './by-lookup-slot.ts';

/**
 * Claims the e-mails of older customers. An e-mail that already has a claim is claimed as in a sign-up: a claim of a stored
 * customer stays, a claim of an incomplete sign-up is taken over. Two customers with one e-mail could both sign up before
 * claims existed: one of them can be found by id only, and a warning in the log names that customer.
 */
export class EmailBackfill implements LookupBackfill {
  readonly lookup = 'customer_emails';
  private readonly claims: EmailClaims;

  constructor(private readonly options: BackfillOptions) {
    const { shards, router } = options;
    this.claims = new EmailClaims(shards, router, new CustomerProbe(shards, router));
  }

  async write(customers: readonly CustomerKeys[]): Promise<void> {
    const slotOf = ({ email }: CustomerKeys) => this.options.router.slotOf(this.lookup, { email });
    await bySlot(customers, slotOf, async (slot, rows) => {
      for (const customer of await this.insert(slot, rows)) await this.claim(customer);
    });
  }

  /** @returns the customers whose e-mail another customer has claimed */
  private insert(slot: Slot, rows: readonly CustomerKeys[]): Promise<CustomerKeys[]> {
    return this.options.shards.transaction(slot, async (manager) => {
      const keys = rows.map(({ email }) => looseKey(email));
      await manager.query(
        `insert into customer_emails (slot, email_key, email, customer_id)
         select $1, * from unnest($2::text[], $3::text[], $4::bigint[]) on conflict do nothing`,
        [slot, keys, rows.map(({ email }) => email), rows.map(({ id }) => id)],
      );
      const holders = await manager.query<{ key: string; id: string }[]>(
        'select email_key as key, customer_id as id from customer_emails where slot = $1 and email_key = any($2)',
        [slot, keys],
      );
      const holderOf = new Map(holders.map(({ key, id }) => [key, id]));
      return rows.filter(({ id, email }) => holderOf.get(looseKey(email)) !== id);
    });
  }

  private async claim({ id, email }: CustomerKeys): Promise<void> {
    const { shards, router, logger } = this.options;
    try {
      await shards.onOwner(router.slotOf('customers', { id }), () => this.claims.claim(email, id));
    } catch (error) {
      if (!(error instanceof EmailTakenError)) throw error;
      logger.warn(
        { customer: id },
        'another customer has the same e-mail; this customer can be found by id only',
      );
    }
  }
}
