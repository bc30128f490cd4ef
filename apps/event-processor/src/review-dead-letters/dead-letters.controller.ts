import { type DeadLetterList, DeadLetterQuery } from '@groundwork/contracts';
import { ZodPipe } from '@groundwork/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { DeadLetterStore } from './dead-letter-store.ts';

/** Not protected here: the gateway asks for the operators' key, and nothing else can reach this service from outside. */
@Controller('v1/admin/dead-letters')
export class DeadLettersController {
  constructor(@Inject(DeadLetterStore) private readonly store: DeadLetterStore) {}

  @Get()
  async list(
    @Query(new ZodPipe(DeadLetterQuery, { in: 'query' })) query: DeadLetterQuery,
  ): Promise<DeadLetterList> {
    return { items: await this.store.newestFirst(query) };
  }
}
