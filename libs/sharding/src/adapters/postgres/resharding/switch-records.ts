import { replicaOf } from '../../../resharding/chunk.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { SLOT_MAP_CHANNEL } from '../directory-tables.ts';
import { type Chunk } from './chunk-store.ts';
import { type MoverContext } from './mover-context.ts';

/**
 * Records that the chunk is being switched, and the epoch of the map for it: the next one, which no other switch can use.
 * The lock on the move waits for the desk, which may be changing the goal: a switch after a drop request would end the move
 * half-way. A switch must be finished before the next one is recorded. During a switch no shard owns the slots. If the epoch
 * were published for other slots of the same owner, a client that asks every shard would conclude that it knows all owners.
 *
 * @throws {ReshardingError} `goal-changed`, `switch-unfinished`, `mover-superseded`
 */
export async function recordSwitch(
  { directory }: Pick<MoverContext, 'directory'>,
  chunk: Chunk,
): Promise<string> {
  const [wanted] = await directory.query<{ epoch: string | null; unfinished: string | null }>(
    `with wanted as (
       select id from moves where id = $2 and (goal = $3 or $4 = 'switching') for share
     ), unfinished as (
       select min(id) as chunk from move_chunks where phase = 'switching' and id <> $1
     ), recorded as (
       update move_chunks set phase = 'switching', waiting = null,
         phase_since = case phase when 'switching' then phase_since else now() end,
         epoch = (select epoch + 1 from slot_map)
       from wanted, unfinished
       where move_chunks.id = $1 and move = wanted.id
         and (phase = 'switching' or phase = 'following' and unfinished.chunk is null)
       returning epoch
     )
     select (select epoch from recorded) as epoch, unfinished.chunk as unfinished from wanted, unfinished`,
    [chunk.id, chunk.move, chunk.goal, chunk.phase],
  );
  if (wanted === undefined) {
    throw new ReshardingError(
      'goal-changed',
      `move ${chunk.move} has a new goal, so the chunk is not switched`,
      {
        retryable: true,
      },
    );
  }
  if (wanted.epoch === null && wanted.unfinished !== null) {
    throw new ReshardingError(
      'switch-unfinished',
      `the switch of chunk ${wanted.unfinished} must be finished first; the mover retries`,
      { retryable: true },
    );
  }
  if (wanted.epoch === null) {
    throw new ReshardingError('mover-superseded', `chunk ${chunk.id} is no longer ${chunk.phase}`);
  }
  return wanted.epoch;
}

/** Returns whether a switch that was recorded with this epoch may still be published with it. */
export async function isNextEpoch({ directory }: MoverContext, epoch: string): Promise<boolean> {
  return (await directory.query('select from slot_map where epoch < $1', [epoch])).length > 0;
}

export interface PublishedSwitch {
  readonly chunk: Chunk;
  readonly epoch: string;
  readonly idTimes: readonly number[];
  /** How long this attempt delayed writers. Undefined for a switch of an earlier mover: then it counts from the record. */
  readonly pauseMs: number | undefined;
}

/**
 * Publishes a switch in one statement, so atomically: the map, its epochs, the push, the chunk and the record of the switch.
 */
export async function publishSwitch({ directory }: MoverContext, published: PublishedSwitch): Promise<void> {
  const { chunk, epoch, idTimes, pauseMs } = published;
  const owner = replicaOf(chunk);
  const rows = await directory.query(
    `with raised as (
       update slot_map set epoch = $3 where epoch < $3 returning epoch
     ), moved as (
       update slots set shard = $5, epoch = $3, ids_after_ms = greatest(ids_after_ms, known.ms)
       from unnest($2::smallint[], $6::bigint[]) known (slot, ms), raised where slots.slot = known.slot
       returning slots.slot
     ), shards_raised as (
       update shards set ownership_epoch = $3 from raised where name in ($4, $5)
     ), noted as (
       insert into slot_switches (slot, epoch, move, from_shard, to_shard, pause_ms)
       select moved.slot, $3, move_chunks.move, $4, $5,
         held_ms + coalesce($7::float8, extract(epoch from clock_timestamp() - phase_since) * 1000)
       from moved, move_chunks where move_chunks.id = $1
     )
     update move_chunks set phase = 'following', phase_since = now(), owner = $5, epoch = null, backlog = 0, fault = null,
       held_ms = 0
     from raised where id = $1 and phase = 'switching'
     returning pg_notify('${SLOT_MAP_CHANNEL}', $3::text)`,
    [chunk.id, chunk.slots, epoch, chunk.owner, owner, idTimes, pauseMs ?? null],
  );
  if (rows.length === 0)
    throw new ReshardingError('owner-busy', 'the slot map has changed; the mover retries', {
      retryable: true,
    });
}
