import { type CustomerPage, FindCustomersQuery } from '@groundwork/contracts';
import { ProblemError, ZodPipe } from '@groundwork/service-kit';
import { InvalidCursorError, UnroutableError } from '@groundwork/sharding';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { FindCustomersUseCase } from './find-customers.ts';

@Controller('v1/customers')
export class FindCustomersController {
  constructor(@Inject(FindCustomersUseCase) private readonly useCase: FindCustomersUseCase) {}

  @Get()
  async find(
    @Query(new ZodPipe(FindCustomersQuery, { in: 'query' })) query: FindCustomersQuery,
  ): Promise<CustomerPage> {
    try {
      return await this.useCase.find(query);
    } catch (error) {
      throw asBadRequest(error);
    }
  }
}

function asBadRequest(error: unknown): unknown {
  if (error instanceof UnroutableError) {
    return new ProblemError({
      status: 400,
      code: error.code,
      detail:
        'The query does not identify the shards of these customers, and this request never queries all shards. Add email or region.',
      errors: [{ pointer: '/query', detail: error.message }],
      cause: error,
    });
  }
  if (!(error instanceof InvalidCursorError)) return error;
  return new ProblemError({
    status: 400,
    code: error.code,
    detail: 'The cursor does not belong to this list. Restart without a cursor.',
    errors: [{ pointer: '/query/cursor', detail: 'expected the nextCursor of a page of this list' }],
    cause: error,
  });
}
