import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { formatSlots } from '../../../slots/format-slots.ts';
import { shardNotReady } from './shard-not-ready.ts';
import { type Sql } from './sql.ts';

export interface WantedMove {
  readonly to: string;
  readonly slots: readonly number[];
}

export interface MoveRequest {
  readonly moves: readonly WantedMove[];
  /** The epoch of the map that the request was planned for. The request is refused if the map is newer. */
  readonly epoch?: number | undefined;
  /** Number of slots that are switched under one lock. Default: `CHUNK_SLOTS`. */
  readonly chunkSlots?: number | undefined;
}

interface PlannedChunk {
  readonly source: string;
  readonly destination: string;
  readonly slots: readonly number[];
}

/**
 * A switch takes about as long for one slot as for many. Larger chunks therefore finish a move sooner. On the other hand,
 * all slots of a chunk pause together if one switch takes unusually long. Measured with 256 slots under writes: with 32
 * slots a chunk 1.2 s (median pause of a slot 25 ms, p99 of a write 44 ms), with 16 2.6 s (27 ms, 29 ms), with 8 5.8 s (28
 * ms, 25 ms).
 */
const CHUNK_SLOTS = 8;

/**
 * Returns the id of the open move with exactly these slots and destinations that still has its first goal, if there is one.
 */
export async function sameMove(sql: Sql, moves: readonly WantedMove[]): Promise<string | undefined> {
  const wanted = moves.flatMap(({ to, slots }) => [...new Set(slots)].map((slot) => ({ to, slot })));
  const [same] = await sql.query<{ id: string }>(
    `select move.id from moves move
     where move.goal = 'follow' and move.finished_at is null and (
       select array_agg(format('%s %s', destination, moving.slot) order by moving.slot)
       from moving_slots moving join move_chunks on move_chunks.id = moving.chunk where moving.move = move.id
     ) = (
       select array_agg(format('%s %s', shard, slot) order by slot)
       from unnest($1::text[], $2::int[]) wanted (shard, slot))
     limit 1`,
    [wanted.map(({ to }) => to), wanted.map(({ slot }) => slot)],
  );
  return same?.id;
}

/**
 * Stores a new move and returns its id. The number of statements does not grow with the number of slots: the caller holds
 * the lock on `moves`, and each statement costs a busy process one more turn of its event loop.
 *
 * @throws {ReshardingError} `plan-stale`, `unknown-shard`, `shard-not-ready`, `same-shard`, `already-moving`
 * @throws {RangeError} for a number that is not a slot, and for a request that would move nothing
 */
export async function insertMove(
  sql: Sql,
  { moves, epoch, chunkSlots = CHUNK_SLOTS }: MoveRequest,
): Promise<string> {
  if (!Number.isInteger(chunkSlots) || chunkSlots < 1)
    throw new RangeError(`chunkSlots: expected a whole number of at least 1, got ${chunkSlots}`);
  await refuseStalePlan(sql, epoch);
  await refuseUnusableDestinations(sql, moves);
  const chunks = planChunks(moves, await ownersOf(sql, moves), chunkSlots);
  if (chunks.length === 0) throw new RangeError('expected at least one slot to move');
  const [move] = await sql.query<{ id: string }>(`insert into moves (goal) values ('follow') returning id`);
  const id = move!.id;
  await sql.query(
    `insert into move_chunks (move, source, destination, owner, slots)
     select $1::bigint, source, destination, source, slots
     from json_to_recordset($2::json) chunk (source text, destination text, slots smallint[])`,
    [id, JSON.stringify(chunks)],
  );
  const added = await sql.query(
    `insert into moving_slots (slot, chunk, move) select unnest(slots), id, move from move_chunks where move = $1
     on conflict (slot) do nothing returning slot`,
    [id],
  );
  if (added.length < chunks.flatMap(({ slots }) => slots).length) throw await alreadyMoving(sql, id);
  return id;
}

async function refuseStalePlan(sql: Sql, planned: number | undefined): Promise<void> {
  const [map] = await sql.query<{ epoch: number }>('select epoch::float8 as epoch from slot_map for share');
  if (planned === undefined || planned === map?.epoch) return;
  throw new ReshardingError(
    'plan-stale',
    `the moves were planned for epoch ${planned} of the slot map, which is now at ${map?.epoch}: plan again`,
  );
}

async function refuseUnusableDestinations(sql: Sql, moves: readonly WantedMove[]): Promise<void> {
  const known = await sql.query<{ name: string; isReady: boolean }>(
    'select name, is_ready as "isReady" from shards order by name',
  );
  for (const { to } of moves) {
    const destination = known.find(({ name }) => name === to);
    if (destination === undefined) {
      const names = known.map(({ name }) => name).join(', ');
      throw new ReshardingError(
        'unknown-shard',
        `there is no shard ${to}: add it first; known shards are ${names}`,
      );
    }
    if (!destination.isReady) throw shardNotReady(to);
  }
}

async function ownersOf(sql: Sql, moves: readonly WantedMove[]): Promise<ReadonlyMap<number, string>> {
  const owned = await sql.query<{ slot: number; shard: string }>(
    'select slot, shard from slots where slot = any($1::int[])',
    [moves.flatMap(({ slots }) => slots)],
  );
  return new Map(owned.map(({ slot, shard }) => [slot, shard]));
}

/** @throws {ReshardingError} `same-shard` @throws {RangeError} for a number that is not a slot */
function planChunks(
  moves: readonly WantedMove[],
  owners: ReadonlyMap<number, string>,
  chunkSlots: number,
): PlannedChunk[] {
  return moves.flatMap(({ to, slots }) => {
    const ascending = [...new Set(slots)].sort((one, other) => one - other);
    const bySource = Map.groupBy(ascending, (slot) => ownerOf(slot, owners));
    const there = bySource.get(to);
    if (there !== undefined) {
      throw new ReshardingError('same-shard', `${to} owns slots ${formatSlots(there)} already`);
    }
    return [...bySource].flatMap(([source, owned]) =>
      Array.from({ length: Math.ceil(owned.length / chunkSlots) }, (_, index) => ({
        source,
        destination: to,
        slots: owned.slice(index * chunkSlots, (index + 1) * chunkSlots),
      })),
    );
  });
}

function ownerOf(slot: number, owners: ReadonlyMap<number, string>): string {
  const owner = owners.get(slot);
  if (owner === undefined) throw new RangeError(`there is no slot ${slot}`);
  return owner;
}

/** Reports which slot of this move is in another move or twice in the request. */
async function alreadyMoving(sql: Sql, move: string): Promise<ReshardingError> {
  const [taken] = await sql.query<{ slot: number; move: string }>(
    `select moving_slots.slot, moving_slots.move from move_chunks join moving_slots on moving_slots.slot = any(move_chunks.slots)
     where move_chunks.move = $1 and moving_slots.move <> $1 order by moving_slots.slot limit 1`,
    [move],
  );
  return new ReshardingError(
    'already-moving',
    taken === undefined
      ? 'a slot is in this request twice: name each slot once'
      : `slot ${taken.slot} is on move ${taken.move} already: wait until that is dropped, or drop it`,
  );
}
