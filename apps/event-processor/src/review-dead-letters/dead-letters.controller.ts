import {
  type DeadLetterList,
  DeadLetterQuery,
  type DeadLetterStats,
  DiscardDeadLetter,
  DryRunQuery,
  LetterId,
  RedriveDeadLetter,
  type ReviewedDeadLetter,
} from '@groundwork/contracts';
import { inTransaction } from '@groundwork/messaging';
import { ZodPipe } from '@groundwork/service-kit';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { discardDeadLetter } from './discard-dead-letters/discard-dead-letter.ts';
import { decide } from './letters/decide.ts';
import { redriveDeadLetter } from './redrive-dead-letters/redrive-dead-letter.ts';
import { deadLetterStats } from './read-dead-letters/dead-letter-stats.ts';
import { findDeadLetters, readDeadLetter } from './read-dead-letters/find-dead-letters.ts';

const letterId = new ZodPipe(LetterId, { code: 'invalid-id', in: 'path' });

/** Has no authentication: the gateway checks the operator key, and it is the only access to this service from outside. */
@Controller('v1/admin/dead-letters')
export class DeadLettersController {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  @Get()
  list(
    @Query(new ZodPipe(DeadLetterQuery, { in: 'query' })) query: DeadLetterQuery,
  ): Promise<DeadLetterList> {
    return inTransaction(this.database, (session) => findDeadLetters(session, query));
  }

  @Get('stats')
  stats(): Promise<DeadLetterStats> {
    return inTransaction(this.database, deadLetterStats);
  }

  @Get(':id')
  read(@Param('id', letterId) id: string): Promise<ReviewedDeadLetter> {
    return inTransaction(this.database, (session) => readDeadLetter(session, id));
  }

  @Post(':id/redrive')
  @HttpCode(200)
  redrive(
    @Param('id', letterId) id: string,
    @Body(new ZodPipe(RedriveDeadLetter)) wish: RedriveDeadLetter,
    @Query(new ZodPipe(DryRunQuery, { in: 'query' })) { dryRun }: DryRunQuery,
  ): Promise<ReviewedDeadLetter> {
    return decide(this.database, { dryRun: dryRun === 'true' }, async (session) => {
      await redriveDeadLetter(session, id, wish);
      return readDeadLetter(session, id);
    });
  }

  @Post(':id/discard')
  @HttpCode(200)
  discard(
    @Param('id', letterId) id: string,
    @Body(new ZodPipe(DiscardDeadLetter)) wish: DiscardDeadLetter,
  ): Promise<ReviewedDeadLetter> {
    return inTransaction(this.database, async (session) => {
      await discardDeadLetter(session, id, wish);
      return readDeadLetter(session, id);
    });
  }
}
