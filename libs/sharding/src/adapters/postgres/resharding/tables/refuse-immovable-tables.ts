import { refuseDifferingTables } from './differing-table.ts';
import { type ExaminedTables, notMovable } from './examine-tables.ts';
import { faultInWords } from './table-fault.ts';

export interface ExaminedShard extends ExaminedTables {
  readonly name: string;
}

/**
 * Refuses tables that cannot move. Call it after every migration and before every plan, so that what would stop the mover
 * half-way is refused before a move starts.
 *
 * @throws {ReshardingError} `table-not-movable`, naming every table, column and remedy; `schema-differs`
 */
export function refuseImmovableTables(shards: readonly ExaminedShard[]): void {
  // A migration causes the same fault on every shard.
  const faults = new Map(
    shards.flatMap((shard) => shard.faults.map((fault) => [faultInWords(fault), fault])),
  );
  if (faults.size > 0) throw notMovable([...faults.values()]);
  const [first, ...others] = shards;
  for (const other of others) refuseDifferingTables(first!, other);
}
