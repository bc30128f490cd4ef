import { Basket, Id } from '@groundwork/contracts';
import { ProblemError, ZodPipe } from '@groundwork/service-kit';
import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Put, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { matchesIfNoneMatch, versionTagOf } from '../http-caching/entity-tag.ts';
import { Baskets } from './baskets.ts';
import { conditionOfWrite } from './conditions.ts';

const customerPipe = new ZodPipe(Id, { code: 'invalid-id', in: 'path' });

@Controller('v1/baskets/:customerId')
export class BasketsController {
  constructor(@Inject(Baskets) private readonly baskets: Baskets) {}

  @Get()
  async read(
    @Param('customerId', customerPipe) customerId: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Basket | undefined> {
    const { value, version } = await this.baskets.read(customerId);
    if (value === undefined)
      throw new ProblemError({
        ...{ status: 404, code: 'not-found', detail: `Customer ${customerId} has no basket.` },
      });
    // A basket belongs to one customer: no shared cache keeps it.
    reply.headers({ etag: versionTagOf(version), 'cache-control': 'private, no-cache' });
    if (!matchesIfNoneMatch(ifNoneMatch, versionTagOf(version))) return value;
    reply.status(304);
    return undefined;
  }

  @Put()
  async put(
    @Param('customerId', customerPipe) customerId: string,
    @Body(new ZodPipe(Basket)) body: Basket,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Basket> {
    const condition = conditionOfWrite(ifMatch, ifNoneMatch);
    const { version, isNew } = await this.baskets.put(customerId, body, condition);
    reply.header('etag', versionTagOf(version));
    if (isNew) reply.status(201);
    return body;
  }

  @Delete()
  @HttpCode(204)
  async delete(
    @Param('customerId', customerPipe) customerId: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
  ): Promise<void> {
    await this.baskets.delete(customerId, conditionOfWrite(ifMatch, ifNoneMatch));
  }
}
