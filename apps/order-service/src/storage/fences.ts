import { SLOT_BUSY_SQLSTATE, STALE_EPOCH_SQLSTATE } from '@groundwork/sharding/postgres';
import { type EntityManager, QueryFailedError } from 'typeorm';
import { type Route } from './shards.ts';
import { type RefusalReason, SlotRefusedError } from './slot-refused.error.ts';

const REASONS = new Map<unknown, RefusalReason>([
  [SLOT_BUSY_SQLSTATE, 'busy'],
  [STALE_EPOCH_SQLSTATE, 'stale'],
]);

/** Keeps the slot where it is until the transaction has ended. Never waits. @throws {SlotRefusedError} */
export async function fence(manager: EntityManager, route: Route): Promise<void> {
  await orRefused(route, manager.query('select try_fence_slot($1, $2)', [route.slot, route.epoch]));
}

/** Says whether what was read just now, on the same connection, was the owner's. @throws {SlotRefusedError} */
export async function expectOwned(manager: EntityManager, route: Route): Promise<void> {
  await orRefused(route, manager.query('select expect_slot($1, $2)', [route.slot, route.epoch]));
}

/** The same for several slots of one shard. @throws {SlotRefusedError} for the first of those that are not owned */
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

/** For statements that meet a fence: their own, or that of a row they write. @throws {SlotRefusedError} */
export async function orRefused<T>(route: Route, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof QueryFailedError)) throw error;
    const reason = REASONS.get((error.driverError as { code?: unknown }).code);
    throw reason === undefined ? error : new SlotRefusedError(route, reason, { cause: error });
  }
}
