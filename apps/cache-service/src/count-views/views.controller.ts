import { type ProductViews, Sku, type ViewCounted } from '@groundwork/contracts';
import { optionalIdempotencyKey, ProblemError, ZodPipe } from '@groundwork/service-kit';
import { Controller, Get, Header, Headers, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Products } from '../read-products/products.ts';
import { Views } from './views.ts';

const skuPipe = new ZodPipe(Sku, { code: 'invalid-id', in: 'path' });

@Controller('v1/products/:sku/views')
export class ViewsController {
  constructor(
    @Inject(Views) private readonly views: Views,
    @Inject(Products) private readonly products: Products,
  ) {}

  /** 202: the log has the view. The database gets it later. */
  @Post()
  @HttpCode(202)
  async count(
    @Param('sku', skuPipe) sku: string,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<ViewCounted> {
    const idempotencyKey = optionalIdempotencyKey(key);
    await this.assertExists(sku);
    await this.views.count(sku, idempotencyKey);
    return { sku };
  }

  /** Each view changes it, so no shared cache keeps it: without this field, some keep a response for minutes. */
  @Get()
  @Header('cache-control', 'no-store')
  async read(@Param('sku', skuPipe) sku: string): Promise<ProductViews> {
    await this.assertExists(sku);
    return this.views.read(sku);
  }

  private async assertExists(sku: string): Promise<void> {
    const { value } = await this.products.one(sku);
    if (value !== null) return;
    throw new ProblemError({ status: 404, code: 'not-found', detail: `There is no product ${sku}.` });
  }
}
