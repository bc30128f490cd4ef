import { type UnfinishedSagaList, UnfinishedSagaQuery } from '@groundwork/contracts';
import { ZodPipe } from '@groundwork/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Sagas } from './sagas.ts';

const MOST_LISTED = 100;

@Controller('v1/admin/sagas')
export class SagasController {
  constructor(@Inject(Sagas) private readonly sagas: Sagas) {}

  /** Lists the sagas of the reachable shards. */
  @Get()
  async list(
    @Query(new ZodPipe(UnfinishedSagaQuery, { in: 'query' })) { olderThan }: UnfinishedSagaQuery,
  ): Promise<UnfinishedSagaList> {
    const found = await this.sagas.log.unfinished(Number(olderThan) * 1_000, MOST_LISTED);
    return { items: found.map((saga) => ({ ...saga, begunAt: saga.begunAt.toISOString() })) };
  }
}
