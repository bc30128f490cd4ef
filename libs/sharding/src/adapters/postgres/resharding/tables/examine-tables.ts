import { ReshardingError } from '../../../../resharding/resharding.error.ts';
import { type ShardedTable } from '../sharded-table.ts';
import { type Sql } from '../sql.ts';
import { placementFaults } from './placement-faults.ts';
import { type Placement, placementsOf } from './placement.ts';
import { queueFaults } from './queue-faults.ts';
import { settingFaults } from './setting-faults.ts';
import { readTableFacts, type TableFacts } from './table-facts.ts';
import { faultInWords, type TableFault } from './table-fault.ts';
import { type TableRoles } from './table-roles.ts';
import { valueFaults } from './value-faults.ts';

export interface ExaminedTables {
  readonly tables: readonly ShardedTable[];
  /** All reasons why tables cannot move. Tables with faults are not listed in `tables`. */
  readonly faults: readonly TableFault[];
}

/**
 * Reads from the catalog of a shard which tables move, and checks whether they can. Every table moves unless it is listed as
 * staying, so a new table is never left out by mistake.
 */
export async function examineTables(shard: Sql, roles: TableRoles): Promise<ExaminedTables> {
  const all = await readTableFacts(shard);
  const moving = all.filter(({ name }) => !roles.staying.includes(name));
  const examined = moving.map((facts) => examine(facts, roles.queues.includes(facts.name), moving));
  const dangling = all
    .filter(({ name }) => roles.staying.includes(name))
    .flatMap((facts) => referenceFaults(facts, moving));
  return {
    tables: examined.flatMap(({ table }) => table ?? []),
    faults: [...examined.flatMap(({ faults }) => faults), ...dangling],
  };
}

/** @throws {ReshardingError} `table-not-movable`, naming every table, column and remedy */
export async function readShardedTables(shard: Sql, roles: TableRoles): Promise<readonly ShardedTable[]> {
  const { tables, faults } = await examineTables(shard, roles);
  if (faults.length > 0) throw notMovable(faults);
  return tables;
}

export function notMovable(faults: readonly TableFault[]): ReshardingError {
  return new ReshardingError(
    'table-not-movable',
    `slots cannot move: ${faults.map(faultInWords).join('. ')}`,
  );
}

function examine(
  facts: TableFacts,
  isQueue: boolean,
  all: readonly TableFacts[],
): { table?: ShardedTable; faults: TableFault[] } {
  const placements = placementsOf(facts);
  const found = placementFaults(facts, placements, isQueue);
  const [placement] = placements;
  if (placement !== undefined && facts.key !== null) {
    found.push(...(isQueue ? queueFaults(facts, all) : valueFaults(facts, placement)));
  }
  found.push(...settingFaults(facts));
  if (found.length > 0) {
    return { faults: found.map((fault) => ({ table: facts.name, ...fault })) };
  }
  return { table: shardedTable(facts, placement!, isQueue), faults: [] };
}

/**
 * Returns a fault for each reference from a staying table to a moving one: a row that stays would refer to a row that left.
 */
function referenceFaults({ name, references }: TableFacts, moving: readonly TableFacts[]): TableFault[] {
  return moving
    .filter((other) => references.includes(other.name))
    .map((other) => ({
      table: name,
      problem: `it stays, but its foreign key refers to table ${other.name}, whose rows move`,
      remedy: 'drop the foreign key, or let both move or both stay',
    }));
}

function shardedTable(facts: TableFacts, { slot, column }: Placement, isQueue: boolean): ShardedTable {
  const { name, columns, indexes, checks, partitions } = facts;
  const key = facts.key!.map((part) => columns.find((known) => known.name === part)!);
  const [id, ...rest] = key;
  const hasIds = rest.length === 0 && !isQueue && slot.startsWith('slot_of(') && id?.name === column;
  const uniqueKeys = indexes
    .filter(({ isUnique, isPrimary }) => isUnique && !isPrimary)
    .map(({ expressions, predicate, nullsAreDistinct }) => ({ expressions, predicate, nullsAreDistinct }))
    .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  return {
    name,
    slot,
    slotColumn: column,
    key: key.map(({ name, type }) => ({ name, type })),
    columns: columns.map(({ name, type, isGenerated }) => ({ name, type, isGenerated })),
    uniqueKeys,
    idColumn: hasIds ? column : undefined,
    isQueue,
    definition: [...columns.map(({ definition }) => definition), ...checks, ...partitions],
  };
}
