import { type Pool, type PoolClient } from 'pg';
import { type MoveGoal } from '../../../resharding/chunk.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { formatSlots } from '../../../slots/format-slots.ts';
import { refuseUnlessReady } from './move-readiness.ts';
import { type MoveStatus, readMoves } from './move-status.ts';
import { MOVES_CHANNEL } from './move-tables.ts';
import { shardNotReady } from './shard-not-ready.ts';
import { type Sql, sqlOf } from './sql.ts';

export interface WantedMove {
  readonly to: string;
  readonly slots: readonly number[];
}

export interface MoveRequest {
  readonly moves: readonly WantedMove[];
  /** The epoch of the map that the request was planned for; a later map refuses it. */
  readonly epoch?: number | undefined;
  /** Slots that are switched under one lock. Default: `CHUNK_SLOTS`. */
  readonly chunkSlots?: number | undefined;
}

/** Everything is checked and done as ever, and then undone. */
export interface MaybeDry {
  readonly dryRun?: boolean;
}

/**
 * A switch takes about as long for one slot as for many, so more of them at a time are switched sooner altogether, and stand
 * still together when a switch takes unusually long: 256 slots that were written to took 1.2 s by 32 (median pause of a slot
 * 25 ms, p99 of a write 44 ms), 2.6 s by 16 (27 ms, 29 ms), 5.8 s by 8 (28 ms, 25 ms). Nobody waits for the whole of it.
 */
const CHUNK_SLOTS = 8;

/**
 * Where operators hand in what they want: it is written into the directory, and the mover does it. A slot can be on one move
 * at a time; requests at the same time wait for each other. Nothing here touches a shard.
 */
export class MoveDesk {
  constructor(private readonly directory: Pool) {}

  /**
   * Asking twice is asking once: an open move of exactly these slots that goes the same way is returned, so a request whose answer
   * was lost can be repeated.
   *
   * @throws {ReshardingError} `plan-stale`, `unknown-shard`, `shard-not-ready`, `same-shard`, `already-moving`
   */
  request(request: MoveRequest, options: MaybeDry = {}): Promise<MoveStatus> {
    return this.transaction(options, async (sql) => {
      // The same request at the same time waits here, and then finds its move.
      await sql.query('lock table moves in share row exclusive mode');
      const asked = await sameMove(sql, request);
      if (asked !== undefined) return moveOf(sql, asked);
      await refuseStalePlan(sql, request.epoch);
      const [move] = await sql.query<{ id: string }>(
        `insert into moves (goal) values ('follow') returning id`,
      );
      for (const wanted of request.moves)
        await addChunks(sql, move!.id, wanted, request.chunkSlots ?? CHUNK_SLOTS);
      return moveOf(sql, move!.id);
    });
  }

  /** Newest first; those that are finished only when asked for. */
  moves({ finished = false } = {}): Promise<MoveStatus[]> {
    return readMoves(this.sql, finished ? 'true' : 'move.finished_at is null', []);
  }

  /** @throws {ReshardingError} `unknown-move` */
  move(id: string): Promise<MoveStatus> {
    return moveOf(this.sql, id);
  }

  /**
   * Asks for a switch, a reverse, or the end of a move. What went wrong before is tried again. Asking twice is asking once.
   *
   * @throws {ReshardingError} `unknown-move`, `move-finished`, `move-not-ready`
   */
  want(id: string, goal: Exclude<MoveGoal, 'follow'>, options: MaybeDry = {}): Promise<MoveStatus> {
    return this.transaction(options, async (sql) => {
      await lockOpen(sql, id);
      await refuseUnlessReady(sql, id, goal);
      await sql.query('update moves set goal = $2 where id = $1', [id, goal]);
      await sql.query('update move_chunks set fault = null where move = $1', [id]);
      return moveOf(sql, id);
    });
  }

  /** Asks for a comparison of every slot that has been copied. @throws {ReshardingError} as `want` does */
  wantVerified(id: string, options: MaybeDry = {}): Promise<MoveStatus> {
    return this.transaction(options, async (sql) => {
      await lockOpen(sql, id);
      await refuseUnlessReady(sql, id, 'verify');
      await sql.query('update moves set verify_requested_at = clock_timestamp() where id = $1', [id]);
      return moveOf(sql, id);
    });
  }

  private get sql(): Sql {
    return { query: async (text, values) => (await this.directory.query(text, values)).rows as never };
  }

  private async transaction<T>({ dryRun = false }: MaybeDry, work: (sql: Sql) => Promise<T>): Promise<T> {
    const client: PoolClient = await this.directory.connect();
    try {
      await client.query('begin');
      const result = await work(sqlOf(client));
      await client.query(`select pg_notify('${MOVES_CHANNEL}', '')`);
      await client.query(dryRun ? 'rollback' : 'commit');
      client.release();
      return result;
    } catch (error) {
      await client.query('rollback').then(
        () => client.release(),
        () => client.release(true),
      );
      throw error;
    }
  }
}

async function moveOf(sql: Sql, id: string): Promise<MoveStatus> {
  const [move] = await readMoves(sql, 'move.id = $1::bigint', [id]);
  if (move === undefined) throw new ReshardingError('unknown-move', `there is no move ${id}`);
  return move;
}

/** The open move that nothing has been asked of since this request began it, if there is one. */
async function sameMove(sql: Sql, { moves }: MoveRequest): Promise<string | undefined> {
  const wanted = moves.flatMap(({ to, slots }) => slots.map((slot) => ({ to, slot })));
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

async function lockOpen(sql: Sql, id: string): Promise<void> {
  const [move] = await sql.query<{ finished: boolean }>(
    'select finished_at is not null as finished from moves where id = $1::bigint for update',
    [id],
  );
  if (move === undefined) throw new ReshardingError('unknown-move', `there is no move ${id}`);
  if (move.finished)
    throw new ReshardingError('move-finished', `move ${id} is finished: its slots stay where they are`);
}

async function refuseStalePlan(sql: Sql, planned: number | undefined): Promise<void> {
  const [map] = await sql.query<{ epoch: number }>('select epoch::float8 as epoch from slot_map for share');
  if (planned === undefined || planned === map?.epoch) return;
  throw new ReshardingError(
    'plan-stale',
    `this was planned for epoch ${planned} of the slot map, which is at ${map?.epoch}: plan again`,
  );
}

async function addChunks(sql: Sql, move: string, { to, slots }: WantedMove, size: number): Promise<void> {
  const known = await sql.query<{ name: string; isReady: boolean }>(
    'select name, is_ready as "isReady" from shards order by name',
  );
  const destination = known.find(({ name }) => name === to);
  if (destination === undefined) {
    const names = known.map(({ name }) => name).join(', ');
    throw new ReshardingError('unknown-shard', `there is no shard ${to}: add it first; there are ${names}`);
  }
  if (!destination.isReady) throw shardNotReady(to);
  const owners = await sql.query<{ shard: string; slots: number[] }>(
    `select shard, array_agg(slot::int order by slot) as slots from slots
     where slot = any($1::smallint[]) group by shard order by shard`,
    [slots],
  );
  const there = owners.find(({ shard }) => shard === to);
  if (there !== undefined) {
    throw new ReshardingError('same-shard', `${to} owns slots ${formatSlots(there.slots)} already`);
  }
  for (const { shard, slots: owned } of owners) {
    for (let at = 0; at < owned.length; at += size) {
      await addChunk(sql, { move, from: shard, to, slots: owned.slice(at, at + size) });
    }
  }
}

async function addChunk(
  sql: Sql,
  { move, from, to, slots }: { move: string; from: string; to: string; slots: readonly number[] },
): Promise<void> {
  const [chunk] = await sql.query<{ id: string }>(
    `insert into move_chunks (move, source, destination, owner, slots) values ($1, $2, $3, $2, $4) returning id`,
    [move, from, to, slots],
  );
  const added = await sql.query<{ slot: number }>(
    `insert into moving_slots (slot, chunk, move) select unnest($1::smallint[]), $2, $3
     on conflict (slot) do nothing returning slot`,
    [slots, chunk!.id, move],
  );
  if (added.length === slots.length) return;
  const [taken] = await sql.query<{ slot: number; move: string }>(
    'select slot, move from moving_slots where slot = any($1::smallint[]) and chunk <> $2 order by slot limit 1',
    [slots, chunk!.id],
  );
  throw new ReshardingError(
    'already-moving',
    `slot ${taken?.slot} is on move ${taken?.move} already: wait until that is dropped, or drop it`,
  );
}
