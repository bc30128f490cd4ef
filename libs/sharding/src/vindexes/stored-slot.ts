import { isSlot, SLOT_COUNT } from '../slots/slot.ts';
import { spanOfSlot } from './keyspace-id.ts';
import { noParams } from './no-params.ts';
import { UnmappableValueError } from './unmappable-value.error.ts';
import { vindexType } from './vindex.ts';

/** Ours, not Vitess's: a column that holds the slot itself. */
export const storedSlot = vindexType({
  type: 'stored_slot',
  cost: 0,
  unique: true,
  kind: 'functional',
  columns: 1,
  params: noParams,
  create: () => ({
    kind: 'functional',
    map: ([value]) => {
      const slot = value as number;
      if (!isSlot(slot)) throw new UnmappableValueError(value, `a slot from 0 to ${SLOT_COUNT - 1}`);
      return spanOfSlot(slot);
    },
  }),
});
