/** Connections of an instance to a shard outside its pool: one for the outbox relay, and one to cancel statements. */
const BESIDE_POOL = 2;

/** Connections reserved on every shard for the mover, the migration job and operators. */
const OTHERS = 10;

export interface ConnectionBudget {
  /** The maximum number of connections to one shard. */
  readonly perShard: number;
  /** The maximum number of connections to all shards. */
  readonly total: number;
  /** The calculation of `perShard`, as text for people. */
  readonly sum: string;
}

/** Calculates instances × shards × pool size, a product that is easily underestimated. */
export function connectionBudget({
  instances,
  poolSize,
  shards,
}: {
  readonly instances: number;
  readonly poolSize: number;
  readonly shards: number;
}): ConnectionBudget {
  const perShard = instances * (poolSize + BESIDE_POOL) + OTHERS;
  const sum = `${instances} instances × (SHARD_POOL_SIZE ${poolSize} + ${BESIDE_POOL}) + ${OTHERS} for others = ${perShard}`;
  return { perShard, total: perShard * shards, sum };
}
