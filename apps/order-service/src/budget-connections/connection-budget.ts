/** What every instance keeps to a shard beside its pool: the relay of the outbox, and one to cancel statements with. */
const BESIDE_POOL = 2;

/** What is left to the mover, the migrating job and the operators, on every shard. */
const OTHERS = 10;

export interface ConnectionBudget {
  /** The most connections that one shard gets. */
  readonly perShard: number;
  /** The same over all shards. */
  readonly total: number;
  /** How it comes about, for people. */
  readonly sum: string;
}

/** instances × shards × pool: the product that surprises. */
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
