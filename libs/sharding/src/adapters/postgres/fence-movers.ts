import { type Client } from 'pg';
import { type OpenShards } from './open-shards.ts';

/**
 * No mover that is older than this moment writes to the shards any more. One may have lost its lock in the directory and not
 * noticed yet, in the middle of a switch: it holds its number in each of its transactions, so this waits for these.
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
