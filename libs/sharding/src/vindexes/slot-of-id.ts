import { slotOf } from '../ids/id-layout.ts';
import { spanOfSlot } from './keyspace-id.ts';
import { noParams } from './no-params.ts';
import { toUint64 } from './to-uint64.ts';
import { UnmappableValueError } from './unmappable-value.error.ts';
import { vindexType } from './vindex.ts';

const MAX_ID = 2n ** 63n - 1n;

/** Ours, not Vitess's: the slot that an id of ours carries. No hash and no lookup, so it costs nothing. */
export const slotOfId = vindexType({
  type: 'slot_of_id',
  cost: 0,
  unique: true,
  kind: 'functional',
  columns: 1,
  params: noParams,
  create: () => ({
    kind: 'functional',
    map: ([value]) => {
      const id = toUint64(value!);
      if (id > MAX_ID) throw new UnmappableValueError(value, 'an id of at most 63 bits');
      return spanOfSlot(slotOf(id.toString()));
    },
  }),
});
