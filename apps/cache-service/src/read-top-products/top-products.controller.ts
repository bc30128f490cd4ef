import { type TopProducts as TopProductsList, TopProductsQuery } from '@groundwork/contracts';
import { ZodPipe } from '@groundwork/service-kit';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { cacheStatus } from '../cache/cache-status.ts';
import { TopProducts } from './top-products.ts';

@Controller('v1/sales/top-products')
export class TopProductsController {
  constructor(@Inject(TopProducts) private readonly topProducts: TopProducts) {}

  @Get()
  async list(
    @Query(new ZodPipe(TopProductsQuery, { in: 'query' })) query: TopProductsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TopProductsList> {
    const cached = await this.topProducts.first(query.limit);
    reply.header('cache-status', cacheStatus(cached));
    return cached.value;
  }
}
