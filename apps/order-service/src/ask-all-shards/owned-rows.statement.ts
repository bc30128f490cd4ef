import { type PreparedStatement } from '../storage/shard-connection.ts';

/** A row of what a shard was asked, beside the epoch at which it owned just the slots that the rows are from. */
export type OwnedRow<Row> = { readonly ownershipEpoch: number } & (
  | ({ readonly isRow: true } & Row)
  /** In place of no rows at all: the epoch is needed also then. */
  | { readonly isRow: null }
);

/**
 * A question to one shard, together with the epoch of its set of slots.
 *
 * Both are read in one statement, hence in one snapshot: the rows are those of exactly the slots that the shard owned at
 * the epoch that comes back. A map gives every slot to one shard and knows the epoch at which each shard's set of slots
 * last changed. So when all shards answer with the epochs of one map, each slot was read on exactly one of them, whatever
 * was switched meanwhile; with any other epoch, a slot may be in two answers or in none, and all are asked again.
 *
 * @param rows a query that keeps to the slots of `slot_ownership`
 * @param orderBy of the rows; the join may not keep theirs
 */
export function ownedRowsStatement(name: string, rows: string, orderBy?: string): PreparedStatement {
  return {
    name,
    text: `
select shard_state.ownership_epoch::float8 as "ownershipEpoch", owned.*
from shard_state left join lateral (select true as "isRow", asked.* from (${rows}) as asked) as owned on true
${orderBy === undefined ? '' : `order by ${orderBy}`}`,
  };
}
