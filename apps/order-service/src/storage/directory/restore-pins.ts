import { Client } from 'pg';

interface Pin {
  readonly tenant: string;
  readonly slot: number;
}

/** Reads owned slots only: a shard may also hold copies. */
const PINS_IN_USE = `
  select distinct tenant, slot_of(id)::int as slot from customers
  where tenant is not null and slot_of(id) in (select slot from slot_ownership)`;

/**
 * Restores the pins of tenants that were lost with the directory, or that its backup lacks, from the slots of their
 * customers. A pin without customers stays lost: it only affects the first sign-up, and an operator can pin the tenant
 * again.
 *
 * @returns tenants that were pinned to another slot while their first pin was lost: their pins stay unchanged
 */
export async function restorePins(
  directoryUrl: string,
  shardUrls: Iterable<string>,
): Promise<readonly string[]> {
  const pins: Pin[] = [];
  for (const url of shardUrls) {
    pins.push(...(await withClient(url, async (shard) => (await shard.query<Pin>(PINS_IN_USE)).rows)));
  }
  const byTenant = Map.groupBy(pins, ({ tenant }) => tenant);
  const sure = [...byTenant.values()].flatMap(([pin, ...others]) =>
    pin && others.length === 0 ? [pin] : [],
  );
  await withClient(directoryUrl, (directory) =>
    directory.query(
      `insert into tenants (tenant, slot, used_at) select *, now() from unnest($1::text[], $2::smallint[])
       on conflict (tenant) do update set slot = excluded.slot, used_at = coalesce(tenants.used_at, excluded.used_at)`,
      [sure.map(({ tenant }) => tenant), sure.map(({ slot }) => slot)],
    ),
  );
  return [...byTenant].filter(([, found]) => found.length > 1).map(([tenant]) => tenant);
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'migrate-orders' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
