import { toSlot, type Slot } from '../slots/slot.ts';
import { spanOfSlot } from './keyspace-id.ts';
import { noParams } from './no-params.ts';
import { toUint64 } from './to-uint64.ts';
import { UnmappableValueError } from './unmappable-value.error.ts';
import { type KeyValue, vindexType } from './vindex.ts';

const MAX_ID = (2n ** 63n - 1n).toString();
/** The slot is in bits 10 to 21, so the upper bits are not needed. */
const LOW_22_BITS = 2 ** 22 - 1;

/** Ours, not Vitess's: the slot that one of our ids contains. It needs no hash and no lookup, so it costs nothing. */
export const slotOfId = vindexType({
  type: 'slot_of_id',
  cost: 0,
  unique: true,
  kind: 'functional',
  columns: 1,
  params: noParams,
  create: () => ({
    kind: 'functional',
    map: ([value]) => spanOfSlot(slotOfDigits(digitsOf(value!))),
  }),
});

function digitsOf(value: KeyValue): string {
  const digits = typeof value === 'string' ? value : toUint64(value).toString();
  const isLonger = digits.length > MAX_ID.length;
  if (digits.length > 0 && !isLonger && (digits.length < MAX_ID.length || digits <= MAX_ID)) return digits;
  throw notAnId(value);
}

/** Every request calls this. Reading the digits with small integers is several times faster than creating a bigint. */
function slotOfDigits(digits: string): Slot {
  let low = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) throw notAnId(digits);
    low = (low * 10 + digit) & LOW_22_BITS;
  }
  return toSlot(low >> 10);
}

function notAnId(value: KeyValue): UnmappableValueError {
  return new UnmappableValueError(value, 'an id: a whole number of at most 63 bits, in decimal');
}
