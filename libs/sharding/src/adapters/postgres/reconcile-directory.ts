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

/** Slots that the directory gave to somebody else, or to their owner since an earlier epoch. */
export interface SlotCorrection {
  readonly slots: string;
  readonly shard: string;
  readonly insteadOf: string;
  /** Since when the owner has them now: later than any epoch that was ever used. */
  readonly epoch: number;
}

/** What the caller knows of the shards. */
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
 * Compares a directory that has a map with what the shards own, in a transaction of the directory that keeps the map from
 * changing. Where the shards know of later switches the directory is an old one, restored from a backup: it gets these slots
 * as they are, at an epoch above all that were ever used, and the moves that it remembers are over.
 *
 * @returns what was corrected; usually nothing
 * @throws {InvalidSlotMapError} when the two contradict each other and nothing says who is right
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
      `slots ${formatSlots(newer.map(({ slot }) => slot))} may also be those of ${[...state.silent].join(', ')}, which cannot be reached`,
    ]);
  }
  // With no mover at work nothing is being switched: what is nobody's now stays so.
  const settled = contradictionsIn({ ...state, switching: new Map() });
  if (settled.unresolvable.length > 0) throw contradicted(settled.unresolvable);
  return correct(directory, state, settled.newer, known);
}

/** The moves of a directory that does not know better: whoever wants them asks again. */
export async function endMoves(directory: Client): Promise<void> {
  await directory.query(
    `update move_chunks set phase = 'gone', phase_since = now(), waiting = null where phase <> 'gone'`,
  );
  await directory.query('delete from moving_slots');
  await directory.query('update moves set finished_at = now() where finished_at is null');
}

/** The shards first: a switch that they show was recorded before, and cannot be published meanwhile. */
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
  throw contradicted(['a mover is at work by this map: stop it first']);
}

/** The shards first: should this end half-way, they still know better than the directory, and it is done again. */
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
    // The ids of earlier owners are in the rows that the slots came with.
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
  /** The latest time in an id of the slot's rows: later ones follow. */
  readonly idsAfterMs: number;
}

async function writeCorrection(
  directory: Client,
  shards: readonly object[],
  corrected: readonly CorrectedSlot[],
  epoch: number,
): Promise<void> {
  // One that owns nothing and was never added stays unknown; one that does was added since the backup.
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
    `the directory and its shards contradict each other, and nothing is guessed: ${what.join('; ')}`,
  );
}
