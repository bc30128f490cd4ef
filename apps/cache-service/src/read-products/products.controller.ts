import { Sku } from '@groundwork/contracts';
import { ProblemError, ZodPipe } from '@groundwork/service-kit';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { cacheStatus } from '../cache/cache-status.ts';
import { absentCacheControl } from '../http-caching/cache-control.ts';
import { answerShared, tagFields } from '../http-caching/shared-answer.ts';
import { Products } from './products.ts';

@Controller('v1/products')
export class ProductsController {
  constructor(@Inject(Products) private readonly products: Products) {}

  @Get()
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return answerShared(request, reply, await this.products.list(), Products.LIST_TAGS);
  }

  @Get(':sku')
  async one(
    @Param('sku', new ZodPipe(Sku, { code: 'invalid-id', in: 'path' })) sku: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const cached = await this.products.one(sku);
    const { value } = cached;
    if (value !== null) return answerShared(request, reply, { ...cached, value }, Products.tagsOf(sku));
    throw new ProblemError({
      status: 404,
      code: 'not-found',
      detail: `There is no product ${sku}.`,
      headers: {
        'cache-status': cacheStatus(cached),
        'cache-control': absentCacheControl(cached.ttlMs),
        ...tagFields(Products.tagsOf(sku)),
      },
    });
  }
}
