import { TopProductsQuery } from '@groundwork/contracts';
import { ZodPipe } from '@groundwork/service-kit';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { answerShared } from '../http-caching/shared-answer.ts';
import { TopProducts } from './top-products.ts';

@Controller('v1/sales/top-products')
export class TopProductsController {
  constructor(@Inject(TopProducts) private readonly topProducts: TopProducts) {}

  @Get()
  async list(
    @Query(new ZodPipe(TopProductsQuery, { in: 'query' })) query: TopProductsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return answerShared(request, reply, await this.topProducts.first(query.limit), TopProducts.TAGS);
  }
}
