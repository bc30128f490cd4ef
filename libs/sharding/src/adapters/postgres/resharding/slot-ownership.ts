import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { SLOT_LOCK_CLASS } from '../slot-tables.ts';
import { type Sql } from './sql.ts';

/** How long writers may wait while the mover requests the locks of their slots. Then it backs off and retries. */
const LOCK_MS = 150;

/**
 * Requests the locks of the slots in ascending order, as writers to several slots do. When they are granted, every
 * transaction that had passed the fence or was switching the slots has ended. A shared lock blocks no writers.
 *
 * @throws {ReshardingError} `owner-busy`
 */
export async function lockSlots(
  owner: Sql,
  shard: string,
  slots: readonly number[],
  kind: 'exclusive' | 'shared',
): Promise<void> {
  const lock = kind === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await owner.query(`set local statement_timeout = ${LOCK_MS}`);
  try {
    await owner.query(
      `select set_config('statement_timeout', '2000', true)
       from (select count(${lock}(${SLOT_LOCK_CLASS}, slot)) from unnest($1::int[]) as slot) locked`,
      [slots],
    );
  } catch (error) {
    if ((error as { code?: string }).code !== '57014') throw error;
    throw new ReshardingError(
      'owner-busy',
      `a transaction on ${shard} holds one of the slots for longer than ${LOCK_MS} ms; the mover retries`,
      { retryable: true, cause: error },
    );
  }
}

/** Returns whether the shard owns the slots. @throws {ReshardingError} `owns-slots` if it owns only some of them */
export async function ownsSlots(shard: Sql, slots: readonly number[]): Promise<boolean> {
  const rows = await shard.query('select slot from slot_ownership where slot = any($1::smallint[])', [slots]);
  if (rows.length > 0 && rows.length < slots.length) {
    throw new ReshardingError(
      'owns-slots',
      `the owner has only ${rows.length} of ${slots.length} slots of the chunk`,
    );
  }
  return rows.length > 0;
}

/** Takes the slots for a new owner. From now on its writes are noted for the old owner. Repeatable. */
export async function takeSlots(taking: Sql, slots: readonly number[], epoch: string): Promise<void> {
  await taking.query(
    `with captured as (
       insert into slot_captures select unnest($1::smallint[]) on conflict do nothing
     ), taken as (
       insert into slot_ownership (slot, epoch) select unnest($1::smallint[]), $2
       on conflict (slot) do update set epoch = excluded.epoch
     )
     update shard_state set ownership_epoch = $2`,
    [slots, epoch],
  );
}

/** Removes the slots from the old owner, and stops noting their changes there. Repeatable, also with a later epoch. */
export async function leaveSlots(leaving: Sql, slots: readonly number[], epoch: string): Promise<void> {
  await leaving.query(
    `with abandoned as (
       delete from slot_ownership where slot = any($1::smallint[])
     ), uncaptured as (
       delete from slot_captures where slot = any($1::smallint[])
     ), forgotten as (
       delete from slot_changes where slot = any($1::smallint[])
     )
     update shard_state set ownership_epoch = $2`,
    [slots, epoch],
  );
}
