import { type Pool, type PoolClient } from 'pg';
import { type MoveGoal } from '../../../resharding/chunk.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { refuseUnlessReady } from './move-readiness.ts';
import { type MoveStatus, readMoves } from './move-status.ts';
import { MOVES_CHANNEL } from './move-tables.ts';
import { insertMove, type MoveRequest, sameMove } from './request-move.ts';
import { type Sql, sqlOf } from './sql.ts';

/** A dry run does all checks and changes, and then rolls them back. */
export interface MaybeDry {
  readonly dryRun?: boolean;
}

/**
 * Accepts the requests of operators: it stores them in the directory, and the mover carries them out. A slot can be in only
 * one move at a time. Concurrent requests wait for each other. The desk accesses no shard.
 */
export class MoveDesk {
  constructor(private readonly directory: Pool) {}

  /**
   * Requests a move. Idempotent: an open move of exactly these slots to the same shards is returned, so a request whose
   * answer was lost can be repeated.
   *
   * @throws {ReshardingError} `plan-stale`, `unknown-shard`, `shard-not-ready`, `same-shard`, `already-moving`
   * @throws {RangeError} for a number that is not a slot, and for a request that would move nothing
   */
  request(request: MoveRequest, options: MaybeDry = {}): Promise<MoveStatus> {
    return this.transaction(options, async (sql) => {
      // A concurrent equal request waits here, and then finds the move.
      await sql.query('lock table moves in share row exclusive mode');
      const id = (await sameMove(sql, request.moves)) ?? (await insertMove(sql, request));
      return moveOf(sql, id);
    });
  }

  /**
   * Returns the names of the shards that this request takes slots from or gives slots to. A shard that does not exist or is
   * not ready is left out: `request` refuses it.
   */
  async shardsOf({ moves }: MoveRequest): Promise<ReadonlySet<string>> {
    const shards = await this.sql.query<{ name: string }>(
      `select name from shards where is_ready and
         (name = any($1::text[]) or name in (select shard from slots where slot = any($2::int[])))`,
      [moves.map(({ to }) => to), moves.flatMap(({ slots }) => slots)],
    );
    return new Set(shards.map(({ name }) => name));
  }

  /** Returns moves, newest first; finished ones only on request. */
  moves({ finished = false } = {}): Promise<MoveStatus[]> {
    return readMoves(this.sql, finished ? 'true' : 'move.finished_at is null', []);
  }

  /** @throws {ReshardingError} `unknown-move` */
  move(id: string): Promise<MoveStatus> {
    return moveOf(this.sql, id);
  }

  /**
   * Requests a switch, a reverse, a drop or an abandon. Clears the faults of the move, so that the mover retries.
   * Idempotent.
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

  /** Requests a comparison of every slot that is copied. @throws {ReshardingError} as `want` does */
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

async function lockOpen(sql: Sql, id: string): Promise<void> {
  const [move] = await sql.query<{ finished: boolean }>(
    'select finished_at is not null as finished from moves where id = $1::bigint for update',
    [id],
  );
  if (move === undefined) throw new ReshardingError('unknown-move', `there is no move ${id}`);
  if (move.finished)
    throw new ReshardingError('move-finished', `move ${id} is finished: request a new move for its slots`);
}
