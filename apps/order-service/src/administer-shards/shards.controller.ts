import { AddShard, PlanShards, type Shard, type ShardList, type ShardPlan } from '@groundwork/contracts';
import { ZodPipe } from '@groundwork/service-kit';
import { formatSlots, planMoves, ReshardingError } from '@groundwork/sharding';
import { readDirectory, shardNotReady } from '@groundwork/sharding/postgres';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { type Pool } from 'pg';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { DIRECTORY_POOL } from '../storage/directory-pool.provider.ts';
import { checkTables } from '../storage/check-tables.ts';
import { addShard } from './add-shard.ts';
import { listShards } from './list-shards.ts';
import { answerOperator } from './move-problem.ts';

@Controller('v1/admin')
export class ShardsController {
  constructor(
    @Inject(DIRECTORY_POOL) private readonly directory: Pool,
    @Inject(CONFIG) private readonly config: OrderServiceConfig,
  ) {}

  @Get('shards')
  list(): Promise<ShardList> {
    return answerOperator(() => listShards(this.directory));
  }

  @Post('shards')
  @HttpCode(200)
  add(@Body(new ZodPipe(AddShard)) body: AddShard): Promise<Shard> {
    return answerOperator(async () => {
      await addShard(this.config.DIRECTORY_URL, body, this.config.SHARD_URLS);
      const { shards } = await listShards(this.directory);
      return shards.find(({ name }) => name === body.name) as Shard;
    });
  }

  @Post('shard-plans')
  @HttpCode(200)
  plan(@Body(new ZodPipe(PlanShards)) { shards }: PlanShards): Promise<ShardPlan> {
    return answerOperator(async () => {
      const { map, shardUrls } = await readDirectory(this.directory, undefined);
      const unknown = shards?.find((name) => !shardUrls.has(name));
      if (unknown !== undefined) {
        const names = [...shardUrls.keys()].join(', ');
        throw new ReshardingError(
          'unknown-shard',
          `there is no shard ${unknown}: add it first; known shards are ${names}`,
        );
      }
      const wanted = new Set(shards ?? shardUrls.keys());
      await refuseUnready(this.directory, wanted);
      const { epoch, moves } = planMoves(map, [...wanted]);
      const involved = new Set(moves.flatMap(({ from, to }) => [from, to]));
      const urls = new Map([...shardUrls, ...this.config.SHARD_URLS]);
      await checkTables(new Map([...urls].filter(([name]) => involved.has(name))));
      return {
        epoch,
        moves: moves.map((move) => ({
          ...move,
          slots: formatSlots(move.slots),
          slotCount: move.slots.length,
        })),
      };
    });
  }
}

async function refuseUnready(directory: Pool, shards: ReadonlySet<string>): Promise<void> {
  const { rows } = await directory.query<{ name: string }>(
    'select name from shards where not is_ready and name = any($1) order by name',
    [[...shards]],
  );
  if (rows[0] !== undefined) throw shardNotReady(rows[0].name);
}
