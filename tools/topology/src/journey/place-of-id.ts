import { Client } from 'pg';

const SLOT_SHIFT = 10n;
const SLOT_MASK = 4_095n;
const SLOTS = 4_096;

/** Returns the slot that an id contains, in its bits 10 to 21 (libs/sharding, id-layout.ts). */
export function slotOfId(id: string): number {
  return Number((BigInt(id) >> SLOT_SHIFT) & SLOT_MASK);
}

/**
 * Returns the name of the shard that currently owns the slot, according to the directory, or a text that says why it is
 * unknown.
 */
export async function shardOfSlot(slot: number, directoryUrl: string | undefined): Promise<string> {
  const client = new Client({ connectionString: directoryUrl, connectionTimeoutMillis: 2_000 });
  try {
    if (directoryUrl === undefined) throw new Error('no directory');
    await client.connect();
    const { rows } = await client.query<{ shard: string }>('select shard from slots where slot = $1', [slot]);
    return rows[0]?.shard ?? 'no shard';
  } catch {
    return 'an unknown shard (the directory cannot be reached from here)';
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Returns the Kafka partition of a slot (libs/messaging, partitionOfSlot). */
export function partitionOfSlot(slot: number, partitions: number): number {
  return Math.floor((slot * partitions) / SLOTS);
}
