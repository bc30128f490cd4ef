import { type CreateCustomer, type Customer } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';
import { VSchemaRouter } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { hashOf } from '../place-order/request-hash.ts';
import { toCustomer } from '../read-customer/find-customer.ts';
import { CustomerEntity } from '../storage/entities/customer.entity.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';

/** Distinguishes a repeated sign-up from another sign-up with the same e-mail. */
export interface SignUpKey {
  readonly key: string;
  readonly hash: Buffer;
}

export function signUpKeyOf(key: string, { email, name, region, tenant }: CreateCustomer): SignUpKey {
  return { key, hash: hashOf([email, name, region, tenant ?? null]) };
}

/**
 * Returns the customer of the first sign-up to a repeated one. A key is scoped to its e-mail, so two clients that choose the
 * same key do not collide. The key is stored with the customer and kept as long as the customer.
 */
@Injectable()
export class SignUpReplay {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
  ) {}

  /**
   * @param holder the customer who has the e-mail
   * @returns undefined when that customer signed up with another key, or without a key
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
        'This Idempotency-Key was used for another sign-up with this e-mail. Use a new key for a new sign-up.',
    });
  }
}
