import { type OrdersSummary, SummariseOrdersQuery } from '@groundwork/contracts';
import { ZodPipe } from '@groundwork/service-kit';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { abortWhenClientLeaves } from '../ask-all-shards/abort-when-client-leaves.ts';
import { SummariseOrdersUseCase } from './summarise-orders.ts';

@Controller('v1/orders/summary')
export class SummariseOrdersController {
  constructor(@Inject(SummariseOrdersUseCase) private readonly useCase: SummariseOrdersUseCase) {}

  @Get()
  summarise(
    @Query(new ZodPipe(SummariseOrdersQuery, { in: 'query' })) query: SummariseOrdersQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrdersSummary> {
    return this.useCase.summarise(query, abortWhenClientLeaves(reply));
  }
}
