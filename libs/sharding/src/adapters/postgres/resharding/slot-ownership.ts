import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { SLOT_LOCK_CLASS } from '../slot-tables.ts';
import { beginCapture } from './capture.ts';
import { type Sql } from './sql.ts';

/** How long writers may be kept waiting while their slots' locks are asked for; then it is tried again later. */
const LOCK_MS = 150;

/**
 * Asks for the slots' locks ascending, as those who write to several slots do. Once they are granted, whoever has passed the
 * fence, or was switching the slots, has committed. Shared, it keeps no writer waiting.
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
    await owner.query(`select ${lock}(${SLOT_LOCK_CLASS}, slot) from unnest($1::int[]) as slot`, [slots]);
  } catch (error) {
    if ((error as { code?: string }).code !== '57014') throw error;
    throw new ReshardingError(
      'owner-busy',
      `a transaction on ${shard} holds one of the slots for longer than ${LOCK_MS} ms`,
      { retryable: true, cause: error },
    );
  }
  await owner.query('set local statement_timeout = 2000');
}

/** Whether the shard owns the slots. @throws {ReshardingError} `owns-slots` when it owns some of them */
export async function ownsSlots(shard: Sql, slots: readonly number[]): Promise<boolean> {
  const rows = await shard.query('select slot from slot_ownership where slot = any($1::smallint[])', [slots]);
  if (rows.length > 0 && rows.length < slots.length) {
    throw new ReshardingError(
      'owns-slots',
      `the owner has ${rows.length} of ${slots.length} slots of the chunk`,
    );
  }
  return rows.length > 0;
}

/** What is written from now on at the new owner is noted for the old one. Repeatable. */
export async function takeSlots(taking: Sql, slots: readonly number[], epoch: string): Promise<void> {
  await beginCapture(taking, slots);
  await taking.query(
    `insert into slot_ownership (slot, epoch) select unnest($1::smallint[]), $2
     on conflict (slot) do update set epoch = excluded.epoch`,
    [slots, epoch],
  );
  await ownershipChanged(taking, epoch);
}

/** Those who ask every shard tell by this that they have asked about the same map. */
export async function ownershipChanged(shard: Sql, epoch: string): Promise<void> {
  await shard.query('update shard_state set ownership_epoch = $1', [epoch]);
}
