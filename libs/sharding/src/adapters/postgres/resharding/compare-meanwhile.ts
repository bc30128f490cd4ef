import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { type Difference, differencesOf } from './difference.ts';
import { notedKeys, type RowKeys } from './row-keys.ts';
import { type ShardLink, STATEMENT_MS } from './shard-link.ts';
import { type ShardedTable } from './sharded-table.ts';
import { type Sql } from './sql.ts';
import { type Tallies, tally, without } from './tally.ts';

/** Two copies of the same slots, and the tables to compare. */
export interface Copies {
  readonly owner: ShardLink;
  readonly replica: ShardLink;
  readonly tables: readonly ShardedTable[];
  readonly slots: readonly number[];
}

export interface Compared {
  readonly differences: readonly Difference[];
  /** The keys that were left out, because their rows had changed and were not applied to the replica yet. */
  readonly leftOut: RowKeys;
}

/**
 * Compares both sides without a lock while the owner serves writes. Reports exactly the real differences. It reads the rows
 * and the notes of the owner in one snapshot. A row whose key is not noted in that snapshot has not changed since it was
 * last applied, so the replica must have the same row. The replica does not change during the comparison, because only the
 * mover writes to it, and the mover does one thing at a time.
 *
 * @param keys compares only these rows; default: every row
 * @throws {ReshardingError} `slot-too-large` if it takes longer than the statement timeout
 */
export async function compareMeanwhile(copies: Copies, keys?: RowKeys): Promise<Compared> {
  const { owner, replica, slots } = copies;
  try {
    const ours = await owner.snapshot(async (sql) => {
      const leftOut = await notedKeys(sql, slots);
      return { leftOut, tallies: await tallyWithout(sql, copies, leftOut, keys) };
    });
    const theirs = await replica.snapshot((sql) => tallyWithout(sql, copies, ours.leftOut, keys));
    return { differences: differencesOf(ours.tallies, theirs), leftOut: ours.leftOut };
  } catch (error) {
    if ((error as { code?: string }).code !== '57014') throw error;
    throw new ReshardingError(
      'slot-too-large',
      `the comparison of ${slots.length} slots of ${owner.name} took longer than ${STATEMENT_MS / 1_000} s, there or on ${replica.name}: too many rows, or a slow database; ` +
        'drop the move and request fewer slots at a time',
      { cause: error },
    );
  }
}

async function tallyWithout(
  sql: Sql,
  { tables, slots }: Copies,
  leftOut: RowKeys,
  keys: RowKeys | undefined,
): Promise<Tallies> {
  const of = (some?: RowKeys) =>
    tally(
      sql,
      tables.map((table) => ({ table, keys: some })),
      slots,
    );
  return keys === undefined ? without(await of(), await of(leftOut)) : of(keys.without(leftOut));
}
