/**
 * NAIVE ON PURPOSE: two ways in which many articles find the database of a row. The lab `ranges` shows how they fail; use `SlotMap`,
 * `IdGenerator` and `Mover` of `libs/sharding`.
 */

/** Hard-coded ranges of consecutive ids: all new rows go to the database of the last range. */
export function databaseByRange(id: number, databases: readonly string[], idsPerDatabase: number): string {
  const index = Math.min(Math.floor(id / idsPerDatabase), databases.length - 1);
  return databases[index] as string;
}

/**
 * A consistent-hash ring over the databases: when a database joins, the ring points at it for some ids, but their rows stay where
 * they were.
 */
export interface Ring {
  getNode(key: string): string;
}

export const databaseByRing = (id: number, ring: Ring): string => ring.getNode(`order:${id}`);
