import { type Directory } from '../src/storage/shards.ts';
import { type TestShards } from './start-order-service.ts';

/** A directory that never changes. */
export function staticDirectory({ map, urls }: TestShards): Directory {
  return {
    current: { map, shardUrls: urls },
    newerThan: () => Promise.resolve(false),
    onChange: () => undefined,
  };
}
