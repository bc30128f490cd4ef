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
 * Stores a customer, and the lookup rows by which it is found: one for the e-mail, which nobody else may have, and one for
 * the region. The three are in three slots, hence maybe on three shards, and no transaction spans them. The order makes up
 * for it:
 *
 * 1. The customer's row is inserted and not committed. Nobody sees it, but whoever wants to know of it has to wait.
 * 2. The lookup rows are committed. An e-mail whose claim is found to be a stored customer's is taken; one whose claimant
 *    never was stored is taken over.
 * 3. The customer's row is committed.
 *
 * A crash in between leaves lookup rows of nobody: readers skip them, the next sign-up with the e-mail takes its row over.
 *
 * Any of the three slots may be on the move. Then all of it is rolled back and tried again, with another id: somebody may
 * have found out meanwhile that this one is nobody's. Waiting for a slot inside would keep a connection and the customer's
 * row for as long.
 */
@Injectable()
export class CreateCustomerUseCase {
  /** A sign-up holds one connection while it needs a second: with half of them at most, there is always one to be had. */
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
   * @param key a sign-up that repeats the key and the body gets the customer of the first one
   * @throws {ProblemError} `email-taken`, `unknown-tenant`, `idempotency-key-reused`, `shard-unavailable` for any of the
   *   shards that it takes
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
    // Asked ahead: who is refused at the end leaves lookup rows of nobody, at every attempt.
    await route.shard.run(({ manager }) => fence(manager, route));
    await route.shard.transaction(async (manager) => {
      const { key = null, hash = null } = signUpKey ?? {};
      const row = { ...customer, signUpKey: key, signUpHash: hash };
      // The table fences the row: the slot may be busy, or have left since it was asked.
      await orRefused(route, manager.insert(CustomerEntity, row));
      await this.emails.claim(email, id);
      await this.listInRegion(region, id);
      // The table has compared no epoch.
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
