import { type Product, SEED_PRODUCTS } from '@groundwork/contracts';
import { type Slot, type VSchemaRouter } from '@groundwork/sharding';
import { readDirectory } from '@groundwork/sharding/postgres';
import { Client, Pool } from 'pg';

const INSERT = `
  insert into catalogue_entries (slot, sku, name, price_amount, price_currency)
    select $1, sku, name, price_amount, price_currency
    from jsonb_to_recordset($2) as product (sku text, name text, price_amount bigint, price_currency text)
    on conflict do nothing`;

/**
 * Puts every product of the shop that the catalogue does not have yet where the VSchema says. Run again it changes nothing:
 * prices that were changed meanwhile stay.
 */
export async function seedCatalogue(directoryUrl: string, router: VSchemaRouter): Promise<void> {
  const pool = new Pool({ connectionString: directoryUrl, max: 1, application_name: 'migrate-orders' });
  const { map, shardUrls } = await readDirectory(pool, undefined).finally(() => pool.end());
  const bySlot = Map.groupBy(SEED_PRODUCTS, ({ sku }) => router.slotOf('catalogue_entries', { sku }));
  for (const [slot, products] of bySlot) {
    const { shard, epoch } = map.assignmentOf(slot);
    await insertInto(shardUrls.get(shard) as string, slot, epoch, products);
  }
}

async function insertInto(
  url: string,
  slot: Slot,
  epoch: number,
  products: readonly Product[],
): Promise<void> {
  const rows = products.map(({ sku, name, price }) => ({
    sku,
    name,
    price_amount: price.amount,
    price_currency: price.currency,
  }));
  const client = new Client({ connectionString: url, application_name: 'migrate-orders' });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select fence_slot($1, $2)', [slot, epoch]);
    await client.query(INSERT, [slot, JSON.stringify(rows)]);
    await client.query('commit');
  } finally {
    await client.end();
  }
}
