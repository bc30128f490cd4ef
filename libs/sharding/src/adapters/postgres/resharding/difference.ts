import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { type Tallies, type Tally } from './tally.ts';

export interface Difference {
  readonly slot: number;
  readonly table: string;
  readonly ownerRows: number;
  readonly replicaRows: number;
}

export function differencesOf(owners: Tallies, replicas: Tallies): Difference[] {
  return [...new Set([...owners.keys(), ...replicas.keys()])]
    .filter(
      (place) =>
        owners.get(place)?.checksum !== replicas.get(place)?.checksum ||
        owners.get(place)?.rows !== replicas.get(place)?.rows,
    )
    .map((place) => {
      const { table, slot } = (owners.get(place) ?? replicas.get(place)) as Tally;
      const rows = (tallies: Tallies) => tallies.get(place)?.rows ?? 0;
      return { slot, table, ownerRows: rows(owners), replicaRows: rows(replicas) };
    })
    .sort((one, other) => one.slot - other.slot || one.table.localeCompare(other.table));
}

/** @throws {ReshardingError} `verification-failed` */
export function refuseDifferences(differences: readonly Difference[], owner: string, replica: string): void {
  if (differences.length === 0) return;
  throw new ReshardingError('verification-failed', inWords(differences, owner, replica));
}

/** For the operator: the first places that differ. */
export function inWords(differences: readonly Difference[], owner: string, replica: string): string {
  const shown = differences
    .slice(0, 3)
    .map(({ slot, table, ownerRows, replicaRows }) =>
      ownerRows === replicaRows
        ? `slot ${slot}, table ${table}: ${ownerRows} rows on both sides, with different contents`
        : `slot ${slot}, table ${table}: ${ownerRows} rows on ${owner}, ${replicaRows} on ${replica}`,
    );
  const more = differences.length > 3 ? `; and ${differences.length - 3} more` : '';
  return `${shown.join('; ')}${more}`;
}
