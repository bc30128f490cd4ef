import { type CreateCustomer, type Customer } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';
import { VSchemaRouter } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { hashOf } from '../place-order/request-hash.ts';
import { toCustomer } from '../read-customer/find-customer.ts';
import { CustomerEntity } from '../storage/entities/customer.entity.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';

/** What tells a sign-up that is repeated from another one with the same e-mail. */
export interface SignUpKey {
  readonly key: string;
  readonly hash: Buffer;
}

export function signUpKeyOf(key: string, { email, name, region, tenant }: CreateCustomer): SignUpKey {
  return { key, hash: hashOf([email, name, region, tenant ?? null]) };
}

/**
 * What a repeated sign-up gets: the customer that the first one made. A key counts for its e-mail only, so two clients that
 * choose the same key never meet; it is kept with the customer, hence for as long.
 */
@Injectable()
export class SignUpReplay {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
  ) {}

  /**
   * @param holder the customer who has the e-mail
   * @returns nothing when that customer signed up with another key, or without one
   * @throws {ProblemError} `idempotency-key-reused`
   */
  async find(holder: string, { key, hash }: SignUpKey): Promise<Customer | undefined> {
    const customer = await this.shards.read(this.router.slotOf('customers', { id: holder }), ({ manager }) =>
      manager
        .createQueryBuilder(CustomerEntity, 'customer')
        .addSelect(['customer.signUpKey', 'customer.signUpHash'])
        .where({ id: holder })
        .getOne(),
    );
    if (customer?.signUpKey !== key) return undefined;
    if (customer.signUpHash?.equals(hash) === true) return toCustomer(customer);
    throw new ProblemError({
      status: 422,
      code: 'idempotency-key-reused',
      detail:
        'This Idempotency-Key was used for another sign-up with this e-mail. Use a new key for a new one.',
    });
  }
}
