import { type ChunkPhase, type MoveGoal } from '../../../resharding/chunk.ts';
import { formatSlots } from '../../../slots/format-slots.ts';
import { type Sql } from './sql.ts';

export interface ChunkStatus {
  readonly from: string;
  readonly to: string;
  /** The shard that currently serves the slots. */
  readonly owner: string;
  /** As ranges: `0-31`. */
  readonly slots: string;
  readonly phase: ChunkPhase;
  readonly rowsCopied: number;
  readonly rowsTotal: number | null;
  /** Changes that are noted and not yet applied to the replica. */
  readonly backlog: number;
  /** Whether both sides were equal at the last requested comparison; null before the first one. */
  readonly verified: boolean | null;
  readonly fault: string | null;
  readonly waiting: string | null;
}

export interface MoveStatus {
  readonly id: string;
  readonly goal: MoveGoal;
  readonly requestedAt: string;
  readonly finishedAt: string | null;
  readonly slots: number;
  /** Number of slots that the destination owns. */
  readonly switched: number;
  /** Pauses of all switches of this move, one for each slot; null before the first switch. */
  readonly pauseMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  readonly chunks: readonly ChunkStatus[];
}

type Row = Omit<MoveStatus, 'chunks' | 'slots' | 'switched'> & {
  readonly chunks: readonly (Omit<ChunkStatus, 'slots'> & { readonly slots: readonly number[] })[];
};

/** Reads moves, newest first. `where` is a condition on `move`. */
export async function readMoves(directory: Sql, where: string, values: unknown[]): Promise<MoveStatus[]> {
  const rows = await directory.query<Row>(
    `select move.id::text, goal, to_json(requested_at at time zone 'utc') #>> '{}' || 'Z' as "requestedAt",
       to_json(finished_at at time zone 'utc') #>> '{}' || 'Z' as "finishedAt",
       (select case when count(*) > 0 then jsonb_build_object(
           'p50', round(percentile_disc(0.5) within group (order by pause_ms)::numeric, 1),
           'p99', round(percentile_disc(0.99) within group (order by pause_ms)::numeric, 1),
           'max', round(max(pause_ms)::numeric, 1)) end
         from slot_switches where slot_switches.move = move.id) as "pauseMs",
       (select coalesce(jsonb_agg(jsonb_build_object(
           'from', source, 'to', destination, 'owner', owner, 'slots', slots, 'phase', phase,
           'rowsCopied', rows_copied, 'rowsTotal', rows_total, 'backlog', backlog,
           'verified', case when verified_at >= move.verify_requested_at then fault is null end,
           'fault', fault, 'waiting', waiting) order by chunk.id), '[]')
         from move_chunks chunk where chunk.move = move.id) as chunks
     from moves move where ${where} order by move.id desc limit 100`,
    values,
  );
  return rows.map(({ chunks, ...move }) => ({
    ...move,
    slots: chunks.reduce((sum, { slots }) => sum + slots.length, 0),
    switched: chunks.reduce((sum, { slots, owner, to }) => sum + (owner === to ? slots.length : 0), 0),
    chunks: chunks.map((chunk) => ({ ...chunk, slots: formatSlots(chunk.slots) })),
  }));
}
