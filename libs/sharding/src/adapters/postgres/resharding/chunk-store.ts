import { type ChunkPhase, type ChunkState, type MoveGoal, phasesBefore } from '../../../resharding/chunk.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { type Sql } from './sql.ts';

/** A chunk as stored in the directory, with the operator's goal for its move. */
export interface Chunk extends ChunkState {
  readonly id: string;
  readonly move: string;
  readonly goal: MoveGoal;
  /** In ascending order. */
  readonly slots: readonly number[];
  /** The epoch of the running switch. */
  readonly epoch: string | null;
  readonly copyTable: string | null;
  /** Slot and key of the last copied row, as the text of a JSON array, because parsing would damage 64-bit numbers. */
  readonly copyAfter: string | null;
  readonly rowsTotal: string | null;
  readonly wantsVerification: boolean;
}

const COLUMNS = `chunk.id, chunk.move, chunk.source, chunk.destination, chunk.owner, chunk.phase, chunk.fault, chunk.epoch,
  chunk.slots::int[] as slots, chunk.copy_table as "copyTable", chunk.copy_after::text as "copyAfter",
  chunk.rows_total as "rowsTotal", move.goal,
  coalesce(move.verify_requested_at > coalesce(chunk.verified_at, '-infinity'), false) as "wantsVerification"`;

/** The mover's writes to the directory. A change of phase is refused if the chunk is in another phase than expected. */
export class ChunkStore {
  constructor(private readonly directory: Sql) {}

  /** Returns every chunk that is not gone, in the order of the requests. */
  active(): Promise<Chunk[]> {
    return this.directory.query<Chunk>(
      `select ${COLUMNS} from move_chunks chunk join moves move on move.id = chunk.move
       where chunk.phase <> 'gone' order by chunk.id`,
    );
  }

  async shardUrls(): Promise<Map<string, string>> {
    const rows = await this.directory.query<{ name: string; url: string }>('select name, url from shards');
    return new Map(rows.map(({ name, url }) => [name, url]));
  }

  async become(chunk: Chunk, phase: ChunkPhase, also = ''): Promise<void> {
    const rows = await this.directory.query(
      `update move_chunks set phase = $2, phase_since = now(), waiting = null${also === '' ? '' : `, ${also}`}
       where id = $1 and phase = any($3) returning id`,
      [chunk.id, phase, [phase, ...phasesBefore(phase)]],
    );
    if (rows.length === 0) {
      throw new ReshardingError('mover-superseded', `chunk ${chunk.id} is no longer ${chunk.phase}`);
    }
  }

  /** Returns whether the switch of the chunk is still recorded as running. */
  async isSwitching({ id }: Chunk): Promise<boolean> {
    return (
      (await this.directory.query(`select from move_chunks where id = $1 and phase = 'switching'`, [id]))
        .length > 0
    );
  }

  /** Ends a failed switch: the owner keeps the slots, for whose locks writers have waited `heldMs` without success. */
  async gaveUpSwitch(chunk: Chunk, heldMs: number): Promise<void> {
    await this.become(chunk, 'following', `epoch = null, held_ms = held_ms + ${heldMs}`);
  }

  async estimate(chunk: Chunk, rows: string): Promise<void> {
    await this.directory.query('update move_chunks set rows_total = $2 where id = $1', [chunk.id, rows]);
  }

  async copied(chunk: Chunk, table: string, after: string | null, rows: number): Promise<void> {
    await this.directory.query(
      `update move_chunks set copy_table = $2, copy_after = $3, rows_copied = rows_copied + $4, waiting = null where id = $1`,
      [chunk.id, table, after, rows],
    );
  }

  async backlog(chunks: readonly Chunk[], changes: ReadonlyMap<number, number>): Promise<void> {
    const counts = chunks.map(({ slots }) => slots.reduce((sum, slot) => sum + (changes.get(slot) ?? 0), 0));
    await this.directory.query(
      `update move_chunks set backlog = known.backlog
       from unnest($1::bigint[], $2::bigint[]) known (id, backlog)
       where move_chunks.id = known.id and move_chunks.backlog <> known.backlog`,
      [chunks.map(({ id }) => id), counts],
    );
  }

  async verified(chunk: Chunk, fault: string | null): Promise<void> {
    await this.directory.query('update move_chunks set verified_at = now(), fault = $2 where id = $1', [
      chunk.id,
      fault,
    ]);
  }

  /** Records a fault that keeps the chunk in its phase until the operator's next request. */
  async faulted(chunk: Chunk, fault: string): Promise<void> {
    await this.directory.query('update move_chunks set fault = $2, waiting = null where id = $1', [
      chunk.id,
      fault,
    ]);
  }

  /** Records what the mover waits for, as a text; `null` if it continues. */
  async waits(chunk: Chunk, reason: string | null): Promise<void> {
    await this.directory.query(
      'update move_chunks set waiting = $2 where id = $1 and waiting is distinct from $2',
      [chunk.id, reason],
    );
  }

  /** Removes the slots from the move, and finishes the move if no chunk is left. */
  async forget(chunk: Chunk): Promise<void> {
    await this.directory.query(
      `with gone as (
         update move_chunks set phase = 'gone', phase_since = now(), waiting = null, backlog = 0
         where id = $1 and phase = 'dropping' returning id
       ), freed as (
         delete from moving_slots where chunk in (select id from gone)
       )
       update moves set finished_at = now()
       where id = $2 and not exists (select from move_chunks where move = $2 and id <> $1 and phase <> 'gone')`,
      [chunk.id, chunk.move],
    );
  }
}
