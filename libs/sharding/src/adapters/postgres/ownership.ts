import { Client, type ClientBase } from 'pg';

export interface OwnedSlot {
  readonly slot: number;
  readonly epoch: number;
}

/** What the database of a shard stores about itself. */
export interface Ownership {
  /** Null for a database that was never made a shard, or before shards had names. */
  readonly name: string | null;
  /** The epoch at which the set of slots last changed; 0 if the shard never owned a slot. */
  readonly epoch: number;
  readonly slots: readonly OwnedSlot[];
  /** The generation of the latest mover that worked here; null without the tables of moves. */
  readonly moverGeneration: number | null;
}

const NOTHING: Ownership = { name: null, epoch: 0, slots: [], moverGeneration: null };

/**
 * Returns an empty ownership without the tables. The name is read from the whole row, because an older schema lacks the
 * column.
 */
export async function readOwnership(shard: ClientBase): Promise<Ownership> {
  const { rows: tables } = await shard.query<{ owns: boolean; moves: boolean }>(
    "select to_regclass('slot_ownership') is not null as owns, to_regclass('mover_fence') is not null as moves",
  );
  if (tables[0]?.owns !== true) return NOTHING;
  const { rows } = await shard.query<Ownership>(
    `select
       (select to_jsonb(shard_state) ->> 'name' from shard_state) as name,
       (select ownership_epoch::float8 from shard_state) as epoch,
       (select coalesce(jsonb_agg(jsonb_build_object('slot', slot, 'epoch', epoch)), '[]') from slot_ownership) as slots,
       ${tables[0].moves ? '(select generation::float8 from mover_fence)' : 'null'} as "moverGeneration"`,
  );
  return rows[0] as Ownership;
}

/** Gives a shard its first slots. Idempotent. */
export async function writeFirstOwnership(
  url: string,
  slots: readonly number[],
  epoch: number,
): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: 'slot ownership',
    connectionTimeoutMillis: 5_000,
  });
  await client.connect();
  try {
    await client.query(
      `with state as (
         update shard_state set ownership_epoch = $2::bigint where ownership_epoch = 0 returning 1
       )
       insert into slot_ownership (slot, epoch) select slot, $2::bigint from state, unnest($1::smallint[]) as slot`,
      [slots, epoch],
    );
  } finally {
    await client.end();
  }
}

/** Gives owned slots a new epoch. From then on, callers with another epoch are refused. */
export async function renewOwnership(
  shard: ClientBase,
  slots: readonly number[],
  epoch: number,
): Promise<void> {
  await shard.query(
    `with state as (update shard_state set ownership_epoch = $2::bigint)
     update slot_ownership set epoch = $2::bigint where slot = any($1::smallint[])`,
    [slots, epoch],
  );
}
