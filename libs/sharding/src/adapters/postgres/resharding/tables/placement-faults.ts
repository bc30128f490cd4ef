import { quoted } from '../sql.ts';
import { isCopyOrder, type Placement } from './placement.ts';
import { type TableFacts } from './table-facts.ts';
import { type FaultOfTable } from './table-fault.ts';

const OR_STAYS = 'or list the table among those that stay';

/** Returns the faults because of which the slot or the key of a row cannot be determined. */
export function placementFaults(
  facts: TableFacts,
  placements: readonly Placement[],
  isQueue: boolean,
): FaultOfTable[] {
  const { key } = facts;
  if (key === null) {
    return [
      {
        problem: 'it has no primary key, so its rows cannot be identified',
        remedy: `give it one that holds slot or an id that carries the slot, ${OR_STAYS}`,
      },
    ];
  }
  const [placement, other] = placements;
  if (placement === undefined) return [withoutPlacement(key)];
  if (other !== undefined) {
    return [
      {
        problem: `one index begins with ${placement.slot} and another with ${other.slot}, so the slot of its rows is ambiguous`,
        remedy: 'let all such indexes begin with the same one',
      },
    ];
  }
  const lacksSlot = !isQueue && !key.includes(placement.column);
  return [
    ...slotColumn(facts, placement),
    ...(lacksSlot ? [keyWithoutSlot(key, placement)] : []),
    ...copyOrder(facts, key, placement),
  ];
}

function withoutPlacement(key: readonly string[]): FaultOfTable {
  return {
    problem: 'no index begins with slot or slot_of(column), so the slot of its rows is unknown',
    remedy: `create an index on (slot, ${list(key)}) or (slot_of(${quoted(key[0] as string)}), ${list(key)}), ${OR_STAYS}`,
  };
}

function slotColumn({ columns }: TableFacts, placement: Placement): FaultOfTable[] {
  const { name, type, isNotNull } = columns.find((column) => column.name === placement.column)!;
  const expected = placement.slot === 'slot' ? 'smallint' : 'bigint';
  if (type === expected && isNotNull) return [];
  return [
    {
      part: `column ${name}`,
      problem: `it holds the slot and is ${isNotNull ? '' : 'a nullable '}${type}`,
      remedy: `make it ${expected} not null`,
    },
  ];
}

function copyOrder({ indexes }: TableFacts, key: readonly string[], placement: Placement): FaultOfTable[] {
  if (indexes.some((index) => isCopyOrder(index, key, placement))) return [];
  const rest = placement.slot === 'slot' ? key.filter((name) => name !== 'slot') : key;
  return [
    {
      part: `column ${list(rest)}`,
      problem: 'no index orders its rows by slot and key',
      remedy: `create an index on (${[placement.slot, ...rest.map(quoted)].join(', ')})`,
    },
  ];
}

function keyWithoutSlot(key: readonly string[], { column }: Placement): FaultOfTable {
  return {
    part: `column ${list(key)}`,
    problem: `the primary key does not contain ${column}, so another shard may have a row of another slot with the same key`,
    remedy: `make the primary key (${[column, ...key].map(quoted).join(', ')}), or an id that carries its slot`,
  };
}

function list(names: readonly string[]): string {
  return names.join(', ');
}
