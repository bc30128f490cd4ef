import { Id, type Order } from '@groundwork/contracts';
import { ProblemError, ZodPipe } from '@groundwork/service-kit';
import { VSchemaRouter } from '@groundwork/sharding';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { findOrder } from './find-order.ts';

@Controller('v1/orders')
export class ReadOrderController {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
  ) {}

  @Get(':id')
  async read(@Param('id', new ZodPipe(Id, { code: 'invalid-id', in: 'path' })) id: string): Promise<Order> {
    const slot = this.router.slotOf('orders', { id });
    const order = await this.shards.read(slot, ({ manager }) => findOrder(manager, id));
    if (order !== undefined) return order;
    throw new ProblemError({ status: 404, code: 'not-found', detail: `There is no order ${id}.` });
  }
}
