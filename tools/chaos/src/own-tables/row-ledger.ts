export interface StoredRow {
  readonly table: string;
  readonly slot: number;
  readonly n: number;
  /** The whole row as text. */
  readonly row: string;
  readonly shard: string;
}

export interface LedgerCounts {
  /** Number of rows that must exist. */
  readonly rows: number;
  readonly lost: readonly string[];
  /** Rows that exist twice, also on a shard that does not own the slot, and rows that exist although they were removed. */
  readonly duplicated: readonly string[];
  /** Rows whose text differs from that of the last accepted write. */
  readonly changed: readonly string[];
  /** Faults among the rows in slots that were neither moved nor written to. */
  readonly untouchedChanged: readonly string[];
}

/** The confirmed writes: the last text of each row, or that it was removed. */
export class RowLedger {
  private readonly written = new Map<string, string | undefined>();

  note(table: string, slot: number, n: number, row: string | undefined): void {
    this.written.set(placeOf({ table, slot, n }), row);
  }

  get writes(): number {
    return this.written.size;
  }

  compare(stored: readonly StoredRow[], isUntouched: (slot: number) => boolean): LedgerCounts {
    const found = Map.groupBy(stored, placeOf);
    const wanted = [...this.written].filter(([, row]) => row !== undefined);
    const changed = wanted.filter(([place, row]) => found.get(place)?.some((copy) => copy.row !== row));
    const slotOf = (place: string) => Number(place.split(' slot ')[1]!.split(' ')[0]);
    const lost = wanted.filter(([place]) => !found.has(place)).map(([place]) => place);
    const duplicated = [...found]
      .filter(([place, copies]) => copies.length > 1 || this.written.get(place) === undefined)
      .map(([place]) => place);
    return {
      rows: wanted.length,
      lost,
      duplicated,
      changed: changed.map(([place]) => place),
      untouchedChanged: [...changed.map(([place]) => place), ...lost, ...duplicated].filter((place) =>
        isUntouched(slotOf(place)),
      ),
    };
  }
}

function placeOf({ table, slot, n }: Pick<StoredRow, 'table' | 'slot' | 'n'>): string {
  return `${table} slot ${slot} row ${n}`;
}
