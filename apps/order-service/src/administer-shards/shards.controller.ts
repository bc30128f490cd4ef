import { AddShard, PlanShards, type Shard, type ShardList, type ShardPlan } from '@groundwork/contracts';
import { ZodPipe } from '@groundwork/service-kit';
import { formatSlots, planMoves, ReshardingError } from '@groundwork/sharding';
import { readDirectory } from '@groundwork/sharding/postgres';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { type Pool } from 'pg';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { DIRECTORY_POOL } from '../storage/directory-pool.provider.ts';
import { addShard } from './add-shard.ts';
import { listShards } from './list-shards.ts';
import { askDirectory } from './move-problem.ts';

@Controller('v1/admin')
export class ShardsController {
  constructor(
    @Inject(DIRECTORY_POOL) private readonly directory: Pool,
    @Inject(CONFIG) private readonly config: OrderServiceConfig,
  ) {}

  @Get('shards')
  list(): Promise<ShardList> {
    return askDirectory(() => listShards(this.directory));
  }

  @Post('shards')
  @HttpCode(200)
  add(@Body(new ZodPipe(AddShard)) body: AddShard): Promise<Shard> {
    return askDirectory(async () => {
      await addShard(this.directory, body, this.config.SHARD_URLS);
      const { shards } = await listShards(this.directory);
      return shards.find(({ name }) => name === body.name) as Shard;
    });
  }

  @Post('shard-plans')
  @HttpCode(200)
  plan(@Body(new ZodPipe(PlanShards)) { shards }: PlanShards): Promise<ShardPlan> {
    return askDirectory(async () => {
      const { map, shardUrls } = await readDirectory(this.directory, undefined);
      const unknown = shards?.find((name) => !shardUrls.has(name));
      if (unknown !== undefined) {
        const names = [...shardUrls.keys()].join(', ');
        throw new ReshardingError(
          'unknown-shard',
          `there is no shard ${unknown}: add it first; there are ${names}`,
        );
      }
      const { epoch, moves } = planMoves(map, [...new Set(shards ?? shardUrls.keys())]);
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
