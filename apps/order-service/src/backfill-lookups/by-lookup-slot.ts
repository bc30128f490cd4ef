import { type Slot } from '@groundwork/sharding';

/** Each slot is written in a transaction of its own; so many run at once. */
const AT_ONCE = 4;

/** Does the work for the rows of each slot, some slots at a time. @throws the first error, after the others have ended */
export async function bySlot<Row>(
  rows: readonly Row[],
  slotOf: (row: Row) => Slot,
  work: (slot: Slot, rows: readonly Row[]) => Promise<void>,
): Promise<void> {
  const groups = [...Map.groupBy(rows, slotOf)];
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) await work(...group);
  });
  for (const outcome of await Promise.allSettled(workers)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}
