import { type Client } from 'pg';
import { type OpenShards } from './open-shards.ts';

/**
 * Ensures that no earlier mover can write to the shards any more. A mover may have lost its lock in the directory without
 * noticing, in the middle of a switch. Its transactions hold its generation on the shards, so this waits until they have
 * ended.
 */
export async function fenceMovers(directory: Client, shards: OpenShards): Promise<void> {
  const readings = await shards.read();
  const { rows } = await directory.query<{ generation: string }>(
    'update mover set generation = greatest(generation, $1) + 1 returning generation',
    [Math.max(0, ...readings.map(({ owned }) => owned.moverGeneration ?? 0))],
  );
  for (const { client, owned } of readings) {
    if (owned.moverGeneration !== null)
      await client.query('update mover_fence set generation = $1', [rows[0]!.generation]);
  }
}
