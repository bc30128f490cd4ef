import { looseKey, VSchemaRouter } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { CustomerProbe } from './customer-probe.ts';
import { EmailTakenError } from './email-taken.error.ts';

/**
 * The unique lookup from an e-mail to its customer. A row is a claim: it is committed while the row of its customer is still
 * uncommitted on another shard, and becomes valid when that row is committed. The next sign-up takes over a claim whose
 * customer was never stored. The shard of the customer decides that; there is no time limit.
 */
@Injectable()
export class EmailClaims {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
    @Inject(CustomerProbe) private readonly probe: CustomerProbe,
  ) {}

  /**
   * Claims an e-mail for a customer whose row is inserted and not yet committed. Does not wait for a slot, because the
   * caller holds a connection.
   *
   * @throws {EmailTakenError} {SlotRefusedError}
   */
  async claim(email: string, customerId: string): Promise<void> {
    for (;;) {
      const holder = await this.insertOrFindHolder(email, customerId);
      if (holder === customerId) return;
      if (await this.probe.isStored(holder)) throw new EmailTakenError(holder);
      if (await this.takeOver(email, holder, customerId)) return;
      // Another sign-up has taken the claim over: the next round reads its holder.
    }
  }

  /** Waits for a concurrent insert of the same e-mail. */
  private insertOrFindHolder(email: string, customerId: string): Promise<string> {
    const slot = this.router.slotOf('customer_emails', { email });
    return this.shards.transactionOn(this.shards.route(slot), async (manager) => {
      const key = looseKey(email);
      const [mine] = await manager.query<{ holder: string }[]>(
        `insert into customer_emails (slot, email_key, email, customer_id) values ($1, $2, $3, $4)
           on conflict do nothing returning customer_id as holder`,
        [slot, key, email, customerId],
      );
      if (mine !== undefined) return mine.holder;
      // A separate statement, because the insert does not see the row that it has waited for.
      const [theirs] = await manager.query<{ holder: string }[]>(
        'select customer_id as holder from customer_emails where slot = $1 and email_key = $2',
        [slot, key],
      );
      return theirs!.holder;
    });
  }

  /** Compares and sets, so that only one of several concurrent sign-ups takes over the same orphaned claim. */
  private takeOver(email: string, holder: string, customerId: string): Promise<boolean> {
    const slot = this.router.slotOf('customer_emails', { email });
    return this.shards.transactionOn(this.shards.route(slot), async (manager) => {
      const [rows] = await manager.query<[unknown[], number]>(
        `update customer_emails set customer_id = $4, email = $5
          where slot = $1 and email_key = $2 and customer_id = $3 returning customer_id`,
        [slot, looseKey(email), holder, customerId, email],
      );
      return rows.length === 1;
    });
  }
}
