import { type AllOrdersPage, ListAllOrdersQuery } from '@groundwork/contracts';
import { ProblemError, ZodPipe } from '@groundwork/service-kit';
import { InvalidCursorError } from '@groundwork/sharding';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { abortWhenClientLeaves } from '../ask-all-shards/abort-when-client-leaves.ts';
import { ListOrdersUseCase } from './list-orders.ts';

@Controller('v1/orders')
export class ListOrdersController {
  constructor(@Inject(ListOrdersUseCase) private readonly useCase: ListOrdersUseCase) {}

  @Get()
  async list(
    @Query(new ZodPipe(ListAllOrdersQuery, { in: 'query' })) query: ListAllOrdersQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AllOrdersPage> {
    try {
      return await this.useCase.list(query, abortWhenClientLeaves(reply));
    } catch (error) {
      if (!(error instanceof InvalidCursorError)) throw error;
      throw new ProblemError({
        status: 400,
        code: error.code,
        detail: 'The cursor does not belong to this filter and sort order. Restart without a cursor.',
        errors: [{ pointer: '/query/cursor', detail: 'expected the nextCursor of a page of this list' }],
        cause: error,
      });
    }
  }
}
