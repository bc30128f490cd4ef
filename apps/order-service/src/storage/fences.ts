import { SLOT_BUSY_SQLSTATE, STALE_EPOCH_SQLSTATE } from '@groundwork/sharding/postgres';
import { type EntityManager, QueryFailedError } from 'typeorm';
import { type Route } from './shards.ts';
import { type RefusalReason, SlotRefusedError } from './slot-refused.error.ts';

const REASONS = new Map<unknown, RefusalReason>([
  [SLOT_BUSY_SQLSTATE, 'busy'],
  [STALE_EPOCH_SQLSTATE, 'stale'],
]);

/** Keeps the slot on its shard until the transaction ends. Never waits. @throws {SlotRefusedError} */
export async function fence(manager: EntityManager, route: Route): Promise<void> {
  await orRefused(route, manager.query('select try_fence_slot($1, $2)', [route.slot, route.epoch]));
}

/** Checks that the shard owns the slot, so that an earlier read on this connection is valid. @throws {SlotRefusedError} */
export async function expectOwned(manager: EntityManager, route: Route): Promise<void> {
  await orRefused(route, manager.query('select expect_slot($1, $2)', [route.slot, route.epoch]));
}

/** Does the same for several slots of one shard. @throws {SlotRefusedError} for the first slot that is not owned */
export async function expectAllOwned(manager: EntityManager, routes: readonly Route[]): Promise<void> {
  const [row] = await manager.query<{ position: number }[]>(
    `select position::int from unnest($1::smallint[], $2::bigint[]) with ordinality as wanted (slot, epoch, position)
     where not exists (
       select from slot_ownership as owned where owned.slot = wanted.slot and owned.epoch = wanted.epoch)
     order by position limit 1`,
    [routes.map(({ slot }) => slot), routes.map(({ epoch }) => epoch)],
  );
  if (row !== undefined) throw new SlotRefusedError(routes[row.position - 1] as Route, 'stale');
}

/** Converts the error of a fence, called by the statement or by the table of a row. @throws {SlotRefusedError} */
export async function orRefused<T>(route: Route, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof QueryFailedError)) throw error;
    const reason = REASONS.get((error.driverError as { code?: unknown }).code);
    throw reason === undefined ? error : new SlotRefusedError(route, reason, { cause: error });
  }
}
