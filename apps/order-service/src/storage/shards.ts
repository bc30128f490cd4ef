import { ShardRouter, type SlotMap } from '@groundwork/sharding';
import { Shard } from './shard.ts';
import { shardDataSource, type ShardDataSourceOptions } from './shard-data-source.ts';

/** The token of the router that finds a shard by id or slot. */
export const SHARDS = Symbol('SHARDS');
export type Shards = ShardRouter<Shard>;

export function createShards(
  map: SlotMap,
  urls: ReadonlyMap<string, string>,
  options: Omit<ShardDataSourceOptions, 'url'>,
): Shards {
  const shards = [...urls].map(([name, url]) => new Shard(name, () => shardDataSource({ ...options, url })));
  return new ShardRouter(map, new Map(shards.map((shard) => [shard.name, shard])));
}
