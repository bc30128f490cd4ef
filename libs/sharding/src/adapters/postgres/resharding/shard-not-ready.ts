import { ReshardingError } from '../../../resharding/resharding.error.ts';

export function shardNotReady(name: string): ReshardingError {
  return new ReshardingError(
    'shard-not-ready',
    `${name} does not have its reference tables yet: the adding of it was cut off or is not over; add it again`,
  );
}
