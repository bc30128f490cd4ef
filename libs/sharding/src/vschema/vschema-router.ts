import { type Slot } from '../slots/slot.ts';
import { UnmappableValueError } from '../vindexes/unmappable-value.error.ts';
import { type FunctionalVindex, type KeyValue, type LookupHolds, type SlotSpan } from '../vindexes/vindex.ts';
import { UnroutableError } from './unroutable.error.ts';
import { type ColumnVindex, type VSchemaTable } from './vschema-table.ts';
import { type VSchema } from './vschema.ts';

/** Values of columns. A value that is `undefined` or `null` counts as not given. */
export type Key = Readonly<Record<string, KeyValue | null | undefined>>;

/** Where the rows are: in these slots, or in the slots that the rows of a lookup give. */
export type Plan = SlotsPlan | LookupPlan;

interface PlanOf {
  /** The name of the vindex that was chosen. */
  readonly vindex: string;
  readonly cost: number;
  /** Whether there is exactly one slot, or at most one in the case of a lookup. */
  readonly unique: boolean;
}

export interface SlotsPlan extends PlanOf {
  readonly kind: 'slots';
  readonly slots: SlotSpan;
}

export interface LookupPlan extends PlanOf {
  readonly kind: 'lookup';
  readonly keyspace: string;
  readonly table: string;
  readonly from: Readonly<Record<string, KeyValue>>;
  readonly to: string;
  readonly holds: LookupHolds;
  /** The slots of the lookup's own rows; undefined in an unsharded keyspace. */
  readonly slots?: SlotSpan;
}

/**
 * Finds the slots of rows from the values of their columns. Uses the cheapest unique vindex whose values are given,
 * otherwise the cheapest one. Total: it returns an answer, or throws an error that names the table, the given columns and
 * the routable columns. Routing has no side effects, so any number of callers may share a router.
 */
export class VSchemaRouter {
  private readonly ranked = new Map<string, { table: VSchemaTable; vindexes: readonly ColumnVindex[] }>();

  constructor(readonly vschema: VSchema) {}

  /**
   * Returns the slot of a row.
   *
   * @throws {UnroutableError} also if the answer is a lookup or several slots: see `plan`
   */
  slotOf(tableName: string, key: Key): Slot {
    const plan = this.plan(tableName, key);
    if (plan.kind === 'slots' && plan.slots.first === plan.slots.last) return plan.slots.first;
    const answer =
      plan.kind === 'lookup'
        ? `${given(key).join(', ')} must be looked up in ${plan.keyspace}.${plan.table}`
        : `${given(key).join(', ')} leads to slots ${plan.slots.first}-${plan.slots.last}, not to one`;
    throw this.unroutable(tableName, key, answer);
  }

  /** @throws {UnroutableError} */
  plan(tableName: string, key: Key): Plan {
    const { table, vindexes } = this.ranking(tableName);
    const best = cheapest(vindexes, key);
    if (best === undefined) throw this.unroutable(tableName, key, this.whyNot(table, key));
    try {
      return this.planBy(table, best.vindex, best.values);
    } catch (error) {
      if (!(error instanceof UnmappableValueError)) throw error;
      throw this.unroutable(tableName, key, `${best.vindex.columns.join(', ')}: ${error.message}`, error);
    }
  }

  private planBy(table: VSchemaTable, used: ColumnVindex, values: readonly KeyValue[]): Plan {
    const { name, cost, vindex } = used;
    const unique = isUnique(used, values);
    if (vindex.kind === 'functional')
      return { kind: 'slots', vindex: name, cost, unique, slots: vindex.map(values) };
    const lookup = this.vschema.table(
      vindex.table.includes('.') ? vindex.table : `${table.keyspace}.${vindex.table}`,
    );
    const from = Object.fromEntries(vindex.from.map((column, index) => [column, values[index]!]));
    return {
      kind: 'lookup',
      vindex: name,
      cost,
      unique,
      keyspace: lookup.keyspace,
      table: lookup.name,
      from,
      to: vindex.to,
      holds: vindex.holds,
      ...(lookup.sharded && { slots: this.slotsOfLookup(lookup, from) }),
    };
  }

  /** Finds a lookup's table by its primary vindex. That one is not a lookup, which `VSchema.parse` has checked. */
  private slotsOfLookup(lookup: VSchemaTable, from: Key): SlotSpan {
    const primary = lookup.columnVindexes[0]!;
    return (primary.vindex as FunctionalVindex).map(valuesFor(primary, from)!);
  }

  private ranking(tableName: string) {
    let ranking = this.ranked.get(tableName);
    if (ranking === undefined) {
      const table = this.vschema.table(tableName);
      const vindexes = table.columnVindexes.toSorted((one, other) => one.cost - other.cost);
      ranking = { table, vindexes };
      this.ranked.set(tableName, ranking);
    }
    return ranking;
  }

  private whyNot(table: VSchemaTable, key: Key): string {
    if (table.type === 'reference') return 'every shard has a copy of it';
    if (!table.sharded) return `the keyspace ${table.keyspace} is not sharded`;
    const columns = given(key);
    const what = columns.length === 0 ? 'nothing was given' : `${columns.join(', ')} is not enough`;
    return `${what}: give ${routableColumns(table)
      .map((set) => set.join(' and '))
      .join(', or ')}`;
  }

  private unroutable(tableName: string, key: Key, detail: string, cause?: unknown): UnroutableError {
    const { table } = this.ranking(tableName);
    return new UnroutableError(tableName, detail, given(key), routableColumns(table), cause);
  }
}

interface Choice {
  readonly vindex: ColumnVindex;
  readonly values: readonly KeyValue[];
}

/** Returns the first unique vindex, otherwise the first one. The vindexes are sorted by cost. */
function cheapest(vindexes: readonly ColumnVindex[], key: Key): Choice | undefined {
  let fallback: Choice | undefined;
  for (const vindex of vindexes) {
    const values = valuesFor(vindex, key);
    if (values === undefined) continue;
    if (isUnique(vindex, values)) return { vindex, values };
    fallback ??= { vindex, values };
  }
  return fallback;
}

/**
 * Returns the values in the order of the vindex; for a partial vindex maybe only the first. Undefined if values are missing.
 */
function valuesFor({ columns, partial }: ColumnVindex, key: Key): KeyValue[] | undefined {
  const values: KeyValue[] = [];
  for (const column of columns) {
    const value = Object.hasOwn(key, column) ? key[column] : undefined;
    if (value === undefined || value === null) break;
    values.push(value);
  }
  const enough = values.length === columns.length || (partial && values.length > 0);
  return enough ? values : undefined;
}

function isUnique({ unique, columns }: ColumnVindex, values: readonly KeyValue[]): boolean {
  return unique && values.length === columns.length;
}

function given(key: Key): string[] {
  return Object.keys(key).filter((column) => key[column] !== undefined && key[column] !== null);
}

function routableColumns({ columnVindexes }: VSchemaTable): (readonly string[])[] {
  return columnVindexes.map(({ columns, partial }) => (partial ? columns.slice(0, 1) : columns));
}
