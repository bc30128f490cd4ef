import { type Client } from 'pg';
import { InvalidSlotMapError } from '../../slots/invalid-slot-map.error.ts';
import { formatSlots } from '../../slots/format-slots.ts';
import { type OpenShards, type Reading } from './open-shards.ts';
import { fenceMovers } from './fence-movers.ts';
import { latestIdTimesOn } from './latest-id-times.ts';
import { renewOwnership } from './ownership.ts';
import { MOVER_LOCK } from './resharding/mover-lock.ts';
import { type TableRoles } from './resharding/tables/table-roles.ts';
import { type Claim, compareClaims, type Contradictions } from './slot-claims.ts';

/** Slots for which the directory had the wrong owner, or the right owner with an earlier epoch. */
export interface SlotCorrection {
  readonly slots: string;
  readonly shard: string;
  readonly insteadOf: string;
  /** The epoch of the corrected slots: later than every epoch used so far. */
  readonly epoch: number;
}

/** What the caller knows about the shards. */
interface Known {
  readonly urls: ReadonlyMap<string, string>;
  readonly tables: TableRoles;
}

interface State {
  readonly readings: readonly Reading[];
  readonly directory: ReadonlyMap<number, Claim>;
  readonly switching: ReadonlyMap<number, Claim>;
  readonly silent: ReadonlySet<string>;
}

/**
 * Compares a directory that has a map with the slots that the shards own. Runs in a transaction of the directory that locks
 * the map. If the shards know later switches, the directory is an old one, restored from a backup. It then gets these slots
 * from the shards, at an epoch above all epochs used so far, and its moves are ended.
 *
 * @returns the corrections; usually none
 * @throws {InvalidSlotMapError} if directory and shards contradict each other and the owner cannot be determined
 */
export async function reconcileDirectory(
  directory: Client,
  shards: OpenShards,
  known: Known,
): Promise<readonly SlotCorrection[]> {
  const { newer, unresolvable } = contradictionsIn(await readState(directory, shards));
  if (unresolvable.length > 0) throw contradicted(unresolvable);
  if (newer.length === 0) return [];
  await keepMoverOut(directory);
  await fenceMovers(directory, shards);
  const state = await readState(directory, shards);
  if (state.silent.size > 0) {
    throw contradicted([
      `slots ${formatSlots(newer.map(({ slot }) => slot))} may also be owned by ${[...state.silent].join(', ')}, which cannot be reached: start it first`,
    ]);
  }
  // Without a mover, no switch is running: a slot without an owner stays without one.
  const settled = contradictionsIn({ ...state, switching: new Map() });
  if (settled.unresolvable.length > 0) throw contradicted(settled.unresolvable);
  return correct(directory, state, settled.newer, known);
}

/** Ends the moves of an outdated directory. Operators have to request them again. */
export async function endMoves(directory: Client): Promise<void> {
  await directory.query(
    `update move_chunks set phase = 'gone', phase_since = now(), waiting = null where phase <> 'gone'`,
  );
  await directory.query('delete from moving_slots');
  await directory.query('update moves set finished_at = now() where finished_at is null');
}

/** Reads the shards before the directory: a switch that they show is already recorded, and cannot be published meanwhile. */
async function readState(directory: Client, shards: OpenShards): Promise<State> {
  const readings = await shards.read();
  const slots = await directory.query<Claim>(
    'select slot::int as slot, shard, epoch::float8 as epoch from slots',
  );
  const switching = await directory.query<Claim>(
    `select slot::int as slot, case owner when source then destination else source end as shard, epoch::float8 as epoch
     from move_chunks, unnest(slots) as slot where phase = 'switching'`,
  );
  const { rows: registered } = await directory.query<{ name: string }>('select name from shards');
  return {
    readings,
    directory: bySlot(slots.rows),
    switching: bySlot(switching.rows),
    silent: new Set(registered.map(({ name }) => name).filter((name) => !shards.has(name))),
  };
}

function bySlot(claims: readonly Claim[]): ReadonlyMap<number, Claim> {
  return new Map(claims.map((claim) => [claim.slot, claim]));
}

function contradictionsIn({ readings, ...beliefs }: State): Contradictions {
  const claims = readings.flatMap(({ shard, owned }) => owned.slots.map((slot) => ({ ...slot, shard })));
  return compareClaims({ ...beliefs, claims });
}

async function keepMoverOut(directory: Client): Promise<void> {
  const { rows } = await directory.query<{ taken: boolean }>(
    'select pg_try_advisory_xact_lock($1) as taken',
    [MOVER_LOCK],
  );
  if (rows[0]!.taken) return;
  throw contradicted(['a mover is using this map: stop it first']);
}

/**
 * Writes the shards first: if this ends half-way, they are still newer than the directory, and the correction is repeated.
 */
async function correct(
  directory: Client,
  { readings, directory: believed }: State,
  newer: readonly Claim[],
  { urls, tables }: Known,
): Promise<readonly SlotCorrection[]> {
  const epoch = (await latestEpoch(directory, readings)) + 1;
  const byShard = Map.groupBy(newer, ({ shard }) => shard);
  const corrected: CorrectedSlot[] = [];
  for (const { shard, client } of readings) {
    const slots = byShard.get(shard)?.map(({ slot }) => slot);
    if (slots === undefined) continue;
    await renewOwnership(client, slots, epoch);
    // The rows of the slots contain the ids of earlier owners.
    const idTimes = await latestIdTimesOn(client, tables, slots);
    corrected.push(...slots.map((slot, n) => ({ slot, shard, idsAfterMs: idTimes[n]! })));
  }
  const shards = readings.map(({ shard, owned }) => ({
    name: shard,
    url: urls.get(shard),
    ownership_epoch: byShard.has(shard) ? epoch : owned.epoch,
  }));
  await writeCorrection(directory, shards, corrected, epoch);
  await endMoves(directory);
  const ways = Map.groupBy(newer, ({ slot, shard }) => `${believed.get(slot)!.shard} ${shard}`);
  return [...ways.values()].map((claims) => ({
    slots: formatSlots(claims.map(({ slot }) => slot)),
    shard: claims[0]!.shard,
    insteadOf: believed.get(claims[0]!.slot)!.shard,
    epoch,
  }));
}

interface CorrectedSlot {
  readonly slot: number;
  readonly shard: string;
  /** The latest time in an id of the slot's rows. New ids are later. */
  readonly idsAfterMs: number;
}

async function writeCorrection(
  directory: Client,
  shards: readonly object[],
  corrected: readonly CorrectedSlot[],
  epoch: number,
): Promise<void> {
  // A shard that owns nothing and was never added stays unknown. A shard that owns slots was added after the backup.
  await directory.query(
    `insert into shards (name, url, ownership_epoch)
     select name, url, ownership_epoch from jsonb_populate_recordset(null::shards, $1)
     where name = any($2) or name in (select name from shards)
     on conflict (name) do update set ownership_epoch = excluded.ownership_epoch`,
    [JSON.stringify(shards), corrected.map(({ shard }) => shard)],
  );
  await directory.query(
    `update slots set shard = known.shard, epoch = $2, ids_after_ms = greatest(ids_after_ms, known."idsAfterMs")
     from jsonb_to_recordset($1) as known (slot smallint, shard text, "idsAfterMs" bigint) where slots.slot = known.slot`,
    [JSON.stringify(corrected), epoch],
  );
  await directory.query('update slot_map set epoch = $1', [epoch]);
}

async function latestEpoch(directory: Client, readings: readonly Reading[]): Promise<number> {
  const { rows } = await directory.query<{ epoch: number }>(
    'select greatest((select epoch from slot_map), (select max(epoch) from move_chunks))::float8 as epoch',
  );
  const used = readings.flatMap(({ owned }) => [owned.epoch, ...owned.slots.map(({ epoch }) => epoch)]);
  return Math.max(rows[0]!.epoch, ...used);
}

function contradicted(what: readonly string[]): InvalidSlotMapError {
  return new InvalidSlotMapError(
    `the directory and its shards contradict each other, so nothing was changed: ${what.join('; ')}`,
  );
}
