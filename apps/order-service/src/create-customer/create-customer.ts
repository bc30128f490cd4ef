import { type CreateCustomer, type Customer } from '@groundwork/contracts';
import { partsOfId, VSchemaRouter } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { Gate } from '../limit-work/gate.ts';
import { Ids } from '../make-ids/ids.ts';
import { toCustomer } from '../read-customer/find-customer.ts';
import { CustomerEntity } from '../storage/entities/customer.entity.ts';
import { fence, orRefused } from '../storage/fences.ts';
import { type Route, SHARDS, type Shards } from '../storage/shards.ts';
import { EmailClaims } from './email-claims.ts';
import { EmailTakenError } from './email-taken.error.ts';
import { CustomerPlacement } from './place-customer.ts';
import { type SignUpKey, signUpKeyOf, SignUpReplay } from './sign-up-replay.ts';

export interface SignUpOutcome {
  readonly customer: Customer;
  /** Whether the customer had signed up before, with the same key. */
  readonly replayed: boolean;
}

/**
 * Stores a customer and the lookup rows that find the customer: one for the e-mail, which is unique, and one for the region.
 * The three rows are in three slots, possibly on three shards, and no transaction spans them. Instead, the order of the
 * steps keeps them consistent:
 *
 * 1. The row of the customer is inserted without a commit. Other transactions do not see it, but a probe (`CustomerProbe`)
 *    waits for its outcome.
 * 2. The lookup rows are committed. If a stored customer has already claimed the e-mail, the sign-up fails. A claim of a
 *    customer that was never stored is taken over.
 * 3. The row of the customer is committed.
 *
 * A crash in between leaves orphaned lookup rows: readers skip them, and the next sign-up with the e-mail takes its row
 * over.
 *
 * Any of the three slots may be moving. Then the sign-up rolls back and retries with another id, because another sign-up may
 * have found in the meantime that no customer has the first id. Waiting for a slot inside the transaction would hold a
 * connection and the row of the customer all that time.
 */
@Injectable()
export class CreateCustomerUseCase {
  /**
   * A sign-up holds one connection while it needs a second. All sign-ups together hold fewer than half of the pool, so a
   * second connection is always available.
   */
  private readonly gate: Gate;

  constructor(
    @Inject(CONFIG) { SHARD_POOL_SIZE }: Pick<OrderServiceConfig, 'SHARD_POOL_SIZE'>,
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
    @Inject(Ids) private readonly ids: Ids,
    @Inject(CustomerPlacement) private readonly placement: CustomerPlacement,
    @Inject(EmailClaims) private readonly emails: EmailClaims,
    @Inject(SignUpReplay) private readonly replay: SignUpReplay,
  ) {
    this.gate = new Gate(Math.max(1, Math.floor((SHARD_POOL_SIZE - 1) / 2)));
  }

  /**
   * @param key a sign-up that repeats the key and the body gets the customer of the first sign-up
   * @throws {ProblemError} `email-taken`, `unknown-tenant`, `idempotency-key-reused`, `shard-unavailable` for any of the
   *   shards involved
   */
  async create(request: CreateCustomer, key?: string): Promise<SignUpOutcome> {
    const signUpKey = key === undefined ? undefined : signUpKeyOf(key, request);
    const slot = await this.placement.slotFor(request);
    try {
      const customer = await this.shards.onOwner(slot, (route) =>
        this.gate.run(() => this.signUp(route, request, signUpKey)),
      );
      return { customer, replayed: false };
    } catch (error) {
      if (!(error instanceof EmailTakenError) || signUpKey === undefined) throw error;
      const customer = await this.replay.find(error.holder, signUpKey);
      if (customer === undefined) throw error;
      return { customer, replayed: true };
    }
  }

  private async signUp(
    route: Route,
    { email, name, region, tenant }: CreateCustomer,
    signUpKey: SignUpKey | undefined,
  ): Promise<Customer> {
    const id = await this.ids.next(route);
    const createdAt = new Date(partsOfId(id).atMs);
    const customer = { id, email, name, region, tenant: tenant ?? null, createdAt };
    // Checks the fence in advance: each attempt that is rejected at the end leaves orphaned lookup rows.
    await route.shard.run(({ manager }) => fence(manager, route));
    await route.shard.transaction(async (manager) => {
      const { key = null, hash = null } = signUpKey ?? {};
      const row = { ...customer, signUpKey: key, signUpHash: hash };
      // The table fences the row: the slot may be locked, or may have moved since the first check.
      await orRefused(route, manager.insert(CustomerEntity, row));
      await this.emails.claim(email, id);
      await this.listInRegion(region, id);
      // Compares the epoch as well; the fence of the table does not.
      await fence(manager, route);
    });
    return toCustomer(customer);
  }

  private async listInRegion(region: string, customerId: string): Promise<void> {
    const slot = this.router.slotOf('customers_by_region', { region, customer_id: customerId });
    await this.shards.transactionOn(this.shards.route(slot), (manager) =>
      manager.query('insert into customers_by_region (slot, region, customer_id) values ($1, $2, $3)', [
        slot,
        region,
        customerId,
      ]),
    );
  }
}
