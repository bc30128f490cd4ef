import { type CreateCustomer } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';
import { type LookupPlan, type Slot, VSchemaRouter } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { Tenants } from '../pin-tenant/tenants.ts';

/** Chooses the slot of a new customer. From then on the id of the customer contains the slot. */
@Injectable()
export class CustomerPlacement {
  constructor(
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
    @Inject(Tenants) private readonly tenants: Tenants,
  ) {}

  /** @throws {ProblemError} `unknown-tenant` */
  async slotFor({ email, tenant }: CreateCustomer): Promise<Slot> {
    if (tenant === undefined) return this.router.slotOf('customer_emails', { email });
    const plan = this.router.plan('customers', { tenant }) as LookupPlan;
    const slot = await this.tenants.use(plan);
    if (slot !== undefined) return slot;
    throw new ProblemError({
      status: 422,
      code: 'unknown-tenant',
      detail: `The tenant ${tenant} is not pinned to a slot. An operator must pin it first.`,
      errors: [{ pointer: '/tenant', detail: 'unknown tenant' }],
    });
  }
}
