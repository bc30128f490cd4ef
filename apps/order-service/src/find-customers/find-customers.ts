import { type CustomerPage, type FindCustomersQuery } from '@groundwork/contracts';
import { type LookupPlan, VSchemaRouter } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { findByEmail } from './find-by-email.ts';
import { listRegion } from './list-region.ts';

/** Finds customers through the lookups of the VSchema, and reads lookup rows only on the shards that can hold them. */
@Injectable()
export class FindCustomersUseCase {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
  ) {}

  /** @throws {UnroutableError} {InvalidCursorError} */
  async find({ email, region, limit, cursor }: FindCustomersQuery): Promise<CustomerPage> {
    const plan = this.router.plan('customers', { email, region }) as LookupPlan;
    const reading = { shards: this.shards, router: this.router, plan };
    if (region !== undefined) return listRegion(reading, { region, limit, cursor });
    const customer = await findByEmail(reading, email!);
    return { items: customer === undefined ? [] : [customer], nextCursor: null };
  }
}

/** A planned lookup, with the shards and the router that carry it out. */
export interface Reading {
  readonly shards: Shards;
  readonly router: VSchemaRouter;
  readonly plan: LookupPlan;
}
