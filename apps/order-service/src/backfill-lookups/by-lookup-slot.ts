import { type Slot } from '@groundwork/sharding';

/** Number of concurrent transactions; each slot is written in its own transaction. */
const AT_ONCE = 4;

/** Runs the work for the rows of each slot, some slots concurrently. @throws the first error, after the others have ended */
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
