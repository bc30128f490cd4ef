import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { type Tallies, type Tally } from './tally.ts';

export interface Difference {
  readonly slot: number;
  readonly table: string;
  readonly ownerRows: number;
  readonly replicaRows: number;
  /** Whether the rows on both sides have the same keys. */
  readonly sameKeys: boolean;
}

export function differencesOf(owners: Tallies, replicas: Tallies): Difference[] {
  return [...new Set([...owners.keys(), ...replicas.keys()])]
    .flatMap((place) => {
      const [ours, theirs] = [owners.get(place), replicas.get(place)];
      const sameKeys = ours?.keys === theirs?.keys;
      if (sameKeys && ours?.checksum === theirs?.checksum && ours?.rows === theirs?.rows) return [];
      const { table, slot } = (ours ?? theirs) as Tally;
      return [{ slot, table, ownerRows: ours?.rows ?? 0, replicaRows: theirs?.rows ?? 0, sameKeys }];
    })
    .sort((one, other) => one.slot - other.slot || one.table.localeCompare(other.table));
}

/** @throws {ReshardingError} `verification-failed` */
export function refuseDifferences(differences: readonly Difference[], owner: string, replica: string): void {
  if (differences.length === 0) return;
  throw new ReshardingError('verification-failed', inWords(differences, owner, replica));
}

/** Describes the first differences, for the operator. */
export function inWords(differences: readonly Difference[], owner: string, replica: string): string {
  const shown = differences
    .slice(0, 3)
    .map(({ slot, table, ownerRows, replicaRows, sameKeys }) =>
      ownerRows === replicaRows
        ? `slot ${slot}, table ${table}: ${ownerRows} rows on both sides, with different ${sameKeys ? 'contents' : 'keys'}`
        : `slot ${slot}, table ${table}: ${ownerRows} rows on ${owner}, ${replicaRows} on ${replica}`,
    );
  const more = differences.length > 3 ? `; and ${differences.length - 3} more` : '';
  return `${shown.join('; ')}${more}`;
}
