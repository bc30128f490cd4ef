import { type PreparedStatement } from '../storage/shard-connection.ts';

/** A row of the answer of a shard, with the epoch at which the shard owned exactly the slots of the rows. */
export type OwnedRow<Row> = { readonly ownershipEpoch: number } & (
  | ({ readonly isRow: true } & Row)
  /** Stands for an empty answer, because the caller needs the epoch in that case as well. */
  | { readonly isRow: null }
);

/**
 * Returns a query to one shard that also reads the epoch of the shard's set of slots.
 *
 * One statement, hence one snapshot, reads both: the rows are those of exactly the slots that the shard owned at the
 * returned epoch. A map gives every slot to one shard and contains the epoch at which each shard's set of slots last
 * changed. So when all shards answer with the epochs of one map, each slot was read on exactly one shard, regardless of
 * switches in the meantime. With any other epoch, a slot may be in two answers or in none, so the caller queries all shards
 * again.
 *
 * @param rows a query that reads only the slots of `slot_ownership`
 * @param orderBy the order of the rows; the join may not preserve the order of the query
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
