import { PinTenant, Tenant, type TenantPin } from '@groundwork/contracts';
import { ProblemError, ZodPipe } from '@groundwork/service-kit';
import { Body, Controller, Get, Inject, Param, Put } from '@nestjs/common';
import { Tenants } from './tenants.ts';

@Controller('v1/admin/tenants')
export class PinTenantController {
  constructor(@Inject(Tenants) private readonly tenants: Tenants) {}

  @Put(':tenant')
  pin(
    @Param('tenant', new ZodPipe(Tenant, { in: 'path' })) tenant: string,
    @Body(new ZodPipe(PinTenant)) { slot }: PinTenant,
  ): Promise<TenantPin> {
    return this.tenants.pin(tenant, slot);
  }

  @Get(':tenant')
  async read(@Param('tenant', new ZodPipe(Tenant, { in: 'path' })) tenant: string): Promise<TenantPin> {
    const pin = await this.tenants.find(tenant);
    if (pin !== undefined) return pin;
    throw new ProblemError({ status: 404, code: 'not-found', detail: `The tenant ${tenant} is not pinned.` });
  }
}
