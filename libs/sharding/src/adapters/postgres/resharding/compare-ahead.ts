import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { catchUp } from './catch-up.ts';
import { type Copies, compareMeanwhile } from './compare-meanwhile.ts';
import { refuseDifferences } from './difference.ts';
import { type MoverContext } from './mover-context.ts';
import { type RowKeys } from './row-keys.ts';

/** This many rows are compared in some milliseconds. */
const FEW = 500;
const ROUNDS = 20;
const BATCH = 500;
/** A round ends after this many batches even if writers are faster. Then the applied rows are compared. */
const BATCHES = 8;

/**
 * Compares all rows before the lock is taken, so that writers do not wait for it. Rows that change during a comparison are
 * applied and compared in the next round. Each round takes less time, so fewer rows change during it, until few are left.
 * Live migration of virtual machines copies memory in the same way (pre-copy: Clark et al., NSDI 2005).
 *
 * @returns the keys of the rows to compare under the lock, together with those that change until then
 * @throws {ReshardingError} `verification-failed`, `slot-too-large`, `too-many-changes`
 */
export async function compareAhead(context: MoverContext, copies: Copies): Promise<RowKeys> {
  let touched = await refuseUnlessAlike(copies);
  for (let round = 0; round < ROUNDS; round++) {
    await bringOver(context, copies, touched);
    if (touched.size <= FEW) return touched;
    touched = await refuseUnlessAlike(copies, touched);
  }
  throw new ReshardingError(
    'too-many-changes',
    `rows change faster than they can be applied and compared: ${touched.size} in the last round; the mover retries`,
    { retryable: true },
  );
}

async function refuseUnlessAlike(copies: Copies, keys?: RowKeys): Promise<RowKeys> {
  const { differences, leftOut } = await compareMeanwhile(copies, keys);
  refuseDifferences(differences, copies.owner.name, copies.replica.name);
  return leftOut;
}

async function bringOver({ reached }: MoverContext, copies: Copies, touched: RowKeys): Promise<void> {
  for (let batch = 0; batch < BATCHES; batch++) {
    if ((await catchUp({ ...copies, limit: BATCH, touched, reached })) < BATCH) return;
  }
}
