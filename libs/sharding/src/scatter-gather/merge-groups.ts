import { type Aggregate } from './aggregates.ts';

/** One aggregate for each column. */
export type Aggregates<Columns> = { readonly [Name in keyof Columns]: Aggregate<Columns[Name]> };

/** Merges the groups (`group by`) of all shards by their key. A group may be missing on some shards. */
export function mergeGroups<Key, Columns extends object>(
  groups: Iterable<readonly [Key, Columns]>,
  aggregates: Aggregates<Columns>,
): Map<Key, Columns> {
  const merged = new Map<Key, Columns>();
  for (const [key, columns] of groups) {
    const known = merged.get(key);
    merged.set(key, mergeColumns(known === undefined ? [columns] : [known, columns], aggregates));
  }
  return merged;
}

/** Merges the rows of one group, or all rows. Without rows, each column is the `empty` of its aggregate. */
export function mergeColumns<Columns extends object>(
  rows: Iterable<Columns>,
  aggregates: Aggregates<Columns>,
): Columns {
  const names = Object.keys(aggregates) as (keyof Columns)[];
  const merged = Object.fromEntries(names.map((name) => [name, aggregates[name].empty])) as Columns;
  for (const row of rows) {
    for (const name of names) merged[name] = aggregates[name].merge(merged[name], row[name]);
  }
  return merged;
}
