import { quoted } from '../sql.ts';
import { holdsSlot, type Placement } from './placement.ts';
import { type TableFacts } from './table-facts.ts';
import { type FaultOfTable } from './table-fault.ts';

/** Values that would mean something else, or clash, beside the rows of another shard. */
export function valueFaults(facts: TableFacts, placement: Placement): FaultOfTable[] {
  return [...numberedColumns(facts), ...keyTypes(facts), ...uniqueIndexes(facts, placement)];
}

function numberedColumns({ columns }: TableFacts): FaultOfTable[] {
  return columns
    .filter(({ isNumbered }) => isNumbered)
    .map(({ name }) => ({
      part: `column ${name}`,
      problem: 'a sequence numbers its rows, and the sequences of two shards give out the same numbers',
      remedy:
        'fill it with an id of IdGenerator or a uuid and drop the identity or default, or declare the table a queue if its key alone is numbered and only orders its rows',
    }));
}

function keyTypes({ columns, key }: TableFacts): FaultOfTable[] {
  return columns
    .filter(({ name, isKeyType }) => key?.includes(name) && !isKeyType)
    .map(({ name, type }) => ({
      part: `column ${name}`,
      problem: `a value of type ${type} may read differently in another session, so a change of the row would be noted under another key`,
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
          problem: 'rows that arrive one batch after the other may break an exclusion constraint in between',
          remedy: 'drop it, or replace it by a unique index that holds the slot',
        },
      ];
    }
    if (!index.isUnique || index.isPrimary || holdsSlot(index, placement)) return [];
    return [
      {
        part,
        problem: `it is unique without ${placement.column}, so rows of two shards may have the same value and could not meet on one`,
        remedy: `make it unique on (${[quoted(placement.column), ...index.expressions].join(', ')}), or keep what must be unique everywhere in a lookup table of its own`,
      },
    ];
  });
}
