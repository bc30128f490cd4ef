import { refuseDifferingTables } from './differing-table.ts';
import { type ExaminedTables, notMovable } from './examine-tables.ts';
import { faultInWords } from './table-fault.ts';

export interface ExaminedShard extends ExaminedTables {
  readonly name: string;
}

/**
 * To be asked before anything moves, after every migration and for every plan: what would stop the mover half way is refused
 * while nothing depends on it.
 *
 * @throws {ReshardingError} `table-not-movable`, which names every table, column and remedy; `schema-differs`
 */
export function refuseImmovableTables(shards: readonly ExaminedShard[]): void {
  // A migration makes the same fault on every shard.
  const faults = new Map(
    shards.flatMap((shard) => shard.faults.map((fault) => [faultInWords(fault), fault])),
  );
  if (faults.size > 0) throw notMovable([...faults.values()]);
  const [first, ...others] = shards;
  for (const other of others) refuseDifferingTables(first!, other);
}
