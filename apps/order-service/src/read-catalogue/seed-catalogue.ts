import { type Product, SEED_PRODUCTS } from '@groundwork/contracts';
import { type VSchemaRouter } from '@groundwork/sharding';
import { SlotDirectory } from '@groundwork/sharding/postgres';
import { shardDataSource } from '../storage/shard-data-source.ts';
import { Shard } from '../storage/shard.ts';
import { Shards } from '../storage/shards.ts';

const INSERT = `
  insert into catalogue_entries (slot, sku, name, price_amount, price_currency)
    select $1, sku, name, price_amount, price_currency
    from jsonb_to_recordset($2) as product (sku text, name text, price_amount bigint, price_currency text)
    on conflict do nothing`;

/** Longer than the patience of requests: a deployment waits for a moving slot instead of failing. */
const PATIENCE_MS = 60_000;

/**
 * Stores every product that the catalogue lacks in its slot by the VSchema, also while slots move. Repeatable: a further run
 * keeps prices that were changed in the meantime.
 */
export async function seedCatalogue(directoryUrl: string, router: VSchemaRouter): Promise<void> {
  const directory = new SlotDirectory({ url: directoryUrl });
  await directory.start();
  const shards = new Shards(directory, createShard, undefined, PATIENCE_MS);
  try {
    const bySlot = Map.groupBy(SEED_PRODUCTS, ({ sku }) => router.slotOf('catalogue_entries', { sku }));
    for (const [slot, products] of bySlot) {
      const rows = JSON.stringify(products.map(toRow));
      await shards.transaction(slot, (manager) => manager.query(INSERT, [slot, rows]));
    }
  } finally {
    await Promise.all(shards.all.map((shard) => shard.close()));
    await directory.stop();
  }
}

function createShard(name: string, url: string): Shard {
  return new Shard(name, () => shardDataSource({ url, poolSize: 1, connectTimeoutMs: 5_000 }));
}

function toRow({ sku, name, price }: Product): object {
  return { sku, name, price_amount: price.amount, price_currency: price.currency };
}
