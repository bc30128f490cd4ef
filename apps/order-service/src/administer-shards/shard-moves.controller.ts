import {
  DryRunQuery,
  MoveId,
  RequestShardMove,
  type ShardMove,
  type ShardMoveList,
  ShardMoveQuery,
} from '@groundwork/contracts';
import { ProblemError, ZodPipe } from '@groundwork/service-kit';
import { parseSlots } from '@groundwork/sharding';
import { type MaybeDry, MoveDesk, type MoveStatus, readDirectory } from '@groundwork/sharding/postgres';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { type Pool } from 'pg';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { DIRECTORY_POOL } from '../storage/directory-pool.provider.ts';
import { checkTables } from '../storage/check-tables.ts';
import { answerOperator } from './move-problem.ts';
import { refuseDifferentReferences } from './refuse-different-references.ts';

const dryRunQuery = new ZodPipe(DryRunQuery, { in: 'query' });
const moveId = new ZodPipe(MoveId, { code: 'invalid-id', in: 'path' });

/** Writes the requests of operators into the directory; the mover carries them out. */
@Controller('v1/admin/shard-moves')
export class ShardMovesController {
  private readonly desk: MoveDesk;

  constructor(
    @Inject(DIRECTORY_POOL) private readonly directory: Pool,
    @Inject(CONFIG) private readonly config: OrderServiceConfig,
  ) {
    this.desk = new MoveDesk(directory);
  }

  @Post()
  @HttpCode(201)
  async request(
    @Body(new ZodPipe(RequestShardMove)) body: RequestShardMove,
    @Query(dryRunQuery) query: DryRunQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShardMove> {
    const moves = body.moves.map(({ to, slots }, index) => ({ to, slots: slotsOf(slots, index) }));
    const { dryRun } = asked(query);
    const move = await this.ask(async () => {
      await checkTables(await this.urlsOf(await this.desk.shardsOf({ moves })));
      return this.desk.request({ ...body, moves }, { dryRun });
    });
    if (dryRun) void reply.status(200);
    else void reply.header('location', `/v1/admin/shard-moves/${move.id}`);
    return move;
  }

  @Get()
  async list(
    @Query(new ZodPipe(ShardMoveQuery, { in: 'query' })) { finished }: ShardMoveQuery,
  ): Promise<ShardMoveList> {
    const items = await answerOperator(() => this.desk.moves({ finished: finished === 'true' }));
    return { items: items.map(shown) };
  }

  @Get(':id')
  read(@Param('id', moveId) id: MoveId): Promise<ShardMove> {
    return this.ask(() => this.desk.move(id));
  }

  @Post(':id/verify')
  @HttpCode(200)
  verify(@Param('id', moveId) id: MoveId, @Query(dryRunQuery) query: DryRunQuery): Promise<ShardMove> {
    return this.ask(() => this.desk.wantVerified(id, asked(query)));
  }

  @Post(':id/switch')
  @HttpCode(200)
  switch(@Param('id', moveId) id: MoveId, @Query(dryRunQuery) query: DryRunQuery): Promise<ShardMove> {
    return this.ask(async () => {
      await refuseDifferentReferences(this.directory, id, this.config.SHARD_URLS);
      return this.desk.want(id, 'switch', asked(query));
    });
  }

  @Post(':id/reverse')
  @HttpCode(200)
  reverse(@Param('id', moveId) id: MoveId, @Query(dryRunQuery) query: DryRunQuery): Promise<ShardMove> {
    return this.ask(() => this.desk.want(id, 'reverse', asked(query)));
  }

  @Post(':id/drop')
  @HttpCode(200)
  drop(@Param('id', moveId) id: MoveId, @Query(dryRunQuery) query: DryRunQuery): Promise<ShardMove> {
    return this.ask(() => this.desk.want(id, 'drop', asked(query)));
  }

  @Post(':id/abandon')
  @HttpCode(200)
  abandon(@Param('id', moveId) id: MoveId, @Query(dryRunQuery) query: DryRunQuery): Promise<ShardMove> {
    return this.ask(() => this.desk.want(id, 'abandon', asked(query)));
  }

  private async urlsOf(names: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
    const { shardUrls } = await readDirectory(this.directory, undefined);
    return new Map([...shardUrls, ...this.config.SHARD_URLS].filter(([name]) => names.has(name)));
  }

  private async ask(question: () => Promise<MoveStatus>): Promise<ShardMove> {
    return shown(await answerOperator(question));
  }
}

function asked({ dryRun }: DryRunQuery): Required<MaybeDry> {
  return { dryRun: dryRun === 'true' };
}

function shown(move: MoveStatus): ShardMove {
  return { ...move, chunks: [...move.chunks] };
}

function slotsOf(text: string, index: number): number[] {
  try {
    return parseSlots(text);
  } catch (error) {
    const errors = [{ pointer: `/moves/${index}/slots`, detail: (error as Error).message }];
    throw new ProblemError({ status: 400, code: 'invalid-request', errors, cause: error });
  }
}
