import { quoted } from '../sql.ts';
import { holdsSlot, type Placement } from './placement.ts';
import { type TableFacts } from './table-facts.ts';
import { type FaultOfTable } from './table-fault.ts';

/** Returns faults of values that would have another meaning, or conflict, beside the rows of another shard. */
export function valueFaults(facts: TableFacts, placement: Placement): FaultOfTable[] {
  return [...numberedColumns(facts), ...keyTypes(facts), ...uniqueIndexes(facts, placement)];
}

function numberedColumns({ columns }: TableFacts): FaultOfTable[] {
  return columns
    .filter(({ isNumbered }) => isNumbered)
    .map(({ name }) => ({
      part: `column ${name}`,
      problem: 'a sequence numbers its rows, and sequences of two shards produce the same numbers',
      remedy:
        'fill it with an id of IdGenerator or a uuid and drop the identity or default, or declare the table a queue if only its key is numbered and the key only orders the rows',
    }));
}

function keyTypes({ columns, key }: TableFacts): FaultOfTable[] {
  return columns
    .filter(({ name, isKeyType }) => key?.includes(name) && !isKeyType)
    .map(({ name, type }) => ({
      part: `column ${name}`,
      problem: `a value of type ${type} may have another text in another session, so a change of the row would be noted with another key`,
      remedy: 'use a key of numbers (not floating point), text, uuid, bytea, date, time or enum',
    }));
}

function uniqueIndexes({ indexes }: TableFacts, placement: Placement): FaultOfTable[] {
  return indexes.flatMap((index): FaultOfTable[] => {
    const part = `index ${index.name}`;
    if (index.isExclusion) {
      return [
        {
          part,
          problem: 'rows arrive in batches and may break an exclusion constraint between two batches',
          remedy: 'drop it, or replace it by a unique index that contains the slot',
        },
      ];
    }
    if (!index.isUnique || index.isPrimary || holdsSlot(index, placement)) return [];
    return [
      {
        part,
        problem: `it is unique without ${placement.column}, so rows of two shards may have the same value and would conflict on one shard`,
        remedy: `make it unique on (${[quoted(placement.column), ...index.expressions].join(', ')}), or keep globally unique values in a separate lookup table`,
      },
    ];
  });
}
