import { Client } from 'pg';

export interface OwnedSlot {
  readonly slot: number;
  readonly epoch: number;
}

export interface Ownership {
  /** The epoch at which the set of slots last changed; 0 for a shard that never had one. */
  readonly epoch: number;
  readonly slots: readonly OwnedSlot[];
}

/** What the database says it owns; nothing at all when it was never made a shard. */
export function readOwnership(url: string): Promise<Ownership> {
  return withClient(url, async (client) => {
    const { rows: tables } = await client.query<{ exists: boolean }>(
      "select to_regclass('slot_ownership') is not null as exists",
    );
    if (tables[0]?.exists !== true) return { epoch: 0, slots: [] };
    const { rows } = await client.query<Ownership>(
      `select
         (select ownership_epoch::float8 from shard_state) as epoch,
         (select coalesce(jsonb_agg(jsonb_build_object('slot', slot, 'epoch', epoch)), '[]') from slot_ownership) as slots`,
    );
    return rows[0] as Ownership;
  });
}

/** Gives a shard the first slots it has. Run again it changes nothing. */
export function writeFirstOwnership(url: string, slots: readonly number[], epoch: number): Promise<void> {
  return withClient(url, async (client) => {
    await client.query(
      `with state as (
         update shard_state set ownership_epoch = $2::bigint where ownership_epoch = 0 returning 1
       )
       insert into slot_ownership (slot, epoch) select slot, $2::bigint from state, unnest($1::smallint[]) as slot`,
      [slots, epoch],
    );
  });
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: 'slot ownership',
    connectionTimeoutMillis: 5_000,
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
