import { ReshardingError } from '../../../resharding/resharding.error.ts';

export function shardNotReady(name: string): ReshardingError {
  return new ReshardingError(
    'shard-not-ready',
    `${name} does not have its reference tables yet: adding it was interrupted or still runs; add it again`,
  );
}
