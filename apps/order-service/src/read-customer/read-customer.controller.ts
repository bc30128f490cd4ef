import { type Customer, Id } from '@groundwork/contracts';
import { ZodPipe } from '@groundwork/service-kit';
import { VSchemaRouter } from '@groundwork/sharding';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { findCustomer } from './find-customer.ts';

@Controller('v1/customers')
export class ReadCustomerController {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
  ) {}

  @Get(':id')
  read(@Param('id', new ZodPipe(Id, { code: 'invalid-id', in: 'path' })) id: string): Promise<Customer> {
    const slot = this.router.slotOf('customers', { id });
    return this.shards.read(slot, ({ manager }) => findCustomer(manager, id));
  }
}
