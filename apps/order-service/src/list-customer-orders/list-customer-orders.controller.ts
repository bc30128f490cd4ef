import { Id, ListOrdersQuery, type OrderPage } from '@groundwork/contracts';
import { ProblemError, ZodPipe } from '@groundwork/service-kit';
import { InvalidCursorError, VSchemaRouter } from '@groundwork/sharding';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { findCustomer } from '../read-customer/find-customer.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { listCustomerOrders } from './list-customer-orders.ts';

@Controller('v1/customers')
export class ListCustomerOrdersController {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
  ) {}

  @Get(':id/orders')
  async list(
    @Param('id', new ZodPipe(Id, { code: 'invalid-id', in: 'path' })) customerId: string,
    @Query(new ZodPipe(ListOrdersQuery, { in: 'query' })) query: ListOrdersQuery,
  ): Promise<OrderPage> {
    const slot = this.router.slotOf('orders', { customer_id: customerId });
    try {
      return await this.shards.read(slot, async (connection) => {
        await findCustomer(connection.manager, customerId);
        return listCustomerOrders(connection, customerId, query);
      });
    } catch (error) {
      if (!(error instanceof InvalidCursorError)) throw error;
      throw new ProblemError({
        status: 400,
        code: error.code,
        detail: 'The cursor does not belong to this list. Restart without a cursor.',
        errors: [{ pointer: '/query/cursor', detail: 'expected the nextCursor of a page of this list' }],
        cause: error,
      });
    }
  }
}
