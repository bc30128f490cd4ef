import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { catchUp } from './catch-up.ts';
import { type Copies, compareMeanwhile } from './compare-meanwhile.ts';
import { refuseDifferences } from './difference.ts';
import { type MoverContext } from './mover-context.ts';
import { type RowKeys } from './row-keys.ts';

/** So many rows are compared in some milliseconds. */
const FEW = 500;
const ROUNDS = 20;
const BATCH = 500;
/** A round ends although writers are faster, and what it brought over is compared. */
const BATCHES = 8;

/**
 * Compares all rows before anybody has to wait for it: what changes meanwhile is brought over and compared by itself, which
 * takes less time, hence less changes meanwhile, until there are few. Live migrations of virtual machines copy memory in the
 * same way (pre-copy: Clark et al., NSDI 2005).
 *
 * @returns the keys of the rows that are left to be compared under the lock, with those that change until then
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
    `rows change faster than they can be brought over and compared: ${touched.size} in the last round`,
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
