import { type Product, type ProductList, Sku } from '@groundwork/contracts';
import { ProblemError, ZodPipe } from '@groundwork/service-kit';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { cacheStatus } from '../cache/cache-status.ts';
import { Products } from './products.ts';

@Controller('v1/products')
export class ProductsController {
  constructor(@Inject(Products) private readonly products: Products) {}

  @Get()
  async list(@Res({ passthrough: true }) reply: FastifyReply): Promise<ProductList> {
    const cached = await this.products.list();
    reply.header('cache-status', cacheStatus(cached));
    return cached.value;
  }

  @Get(':sku')
  async one(
    @Param('sku', new ZodPipe(Sku, { code: 'invalid-id', in: 'path' })) sku: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Product> {
    const cached = await this.products.one(sku);
    const headers = { 'cache-status': cacheStatus(cached) };
    if (cached.value === null) {
      throw new ProblemError({
        status: 404,
        code: 'not-found',
        detail: `There is no product ${sku}.`,
        headers,
      });
    }
    reply.headers(headers);
    return cached.value;
  }
}
