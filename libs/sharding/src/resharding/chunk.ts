/**
 * Slots move in chunks: slots with the same source and destination (`MoveRequest.chunkSlots`), with one lock and one switch
 * for all of them. The phases of a chunk, and therefore of each of its slots:
 *
 *     planned ─▶ capturing ─▶ copying ─▶ following ◀──────────────┐
 *        │           │           │           ├─▶ switching ───────┘  owner and replica change roles; again: back
 *        └───────────┴───────────┴───────────┴─▶ dropping ─▶ gone    removes the replica's rows and the capture
 *
 * - planned: no work has started.
 * - capturing: the owner notes the keys of changes. The mover waits for writes that started before the first note.
 * - copying: the mover copies rows in the order of their keys, and records its position after every batch.
 * - following: the mover applies changes to the replica for as long as this phase lasts. Both sides may be compared.
 * - switching: the owner lets go under the locks of the slots, the replica takes over, the directory publishes it. A started
 *   switch is finished: after the owner has let go, the only way is forward.
 * - dropping: before the first switch it cancels the move, after a switch it completes the move.
 *
 * An abandoned chunk is dropped without its replica, whose database is permanently lost. A started switch is rolled back.
 */
export type ChunkPhase =
  'planned' | 'capturing' | 'copying' | 'following' | 'switching' | 'dropping' | 'gone';

/** The operator's goal for a whole move. The mover brings each chunk there. */
export type MoveGoal = 'follow' | 'switch' | 'reverse' | 'drop' | 'abandon';

const NEXT: Readonly<Record<ChunkPhase, readonly ChunkPhase[]>> = {
  planned: ['capturing', 'dropping'],
  capturing: ['copying', 'dropping'],
  copying: ['following', 'dropping'],
  following: ['switching', 'dropping'],
  switching: ['following'],
  dropping: ['gone'],
  gone: [],
};

export function mayBecome(from: ChunkPhase, to: ChunkPhase): boolean {
  return NEXT[from].includes(to);
}

/** Returns the phases from which a chunk may become `to`. */
export function phasesBefore(to: ChunkPhase): readonly ChunkPhase[] {
  return (Object.keys(NEXT) as ChunkPhase[]).filter((from) => mayBecome(from, to));
}

export interface ChunkState {
  readonly phase: ChunkPhase;
  readonly source: string;
  readonly destination: string;
  /** The shard that serves the slots: the source or the destination. */
  readonly owner: string;
  /** Why the chunk could not switch. The operator's next request clears it. */
  readonly fault: string | null;
}

export type ChunkWork = 'capture' | 'copy' | 'follow' | 'switch' | 'drop' | 'abandon' | 'nothing';

/** Returns what the mover does next with a chunk of a move with this goal. */
export function workOn(chunk: ChunkState, goal: MoveGoal): ChunkWork {
  if (chunk.phase === 'gone') return 'nothing';
  if (goal === 'abandon') return 'abandon';
  if (chunk.phase === 'switching') return 'switch';
  if (chunk.phase === 'dropping' || goal === 'drop') return 'drop';
  if (chunk.phase === 'copying') return 'copy';
  if (chunk.phase !== 'following') return 'capture';
  return chunk.fault === null && chunk.owner === ownerToLeave(chunk, goal) ? 'switch' : 'follow';
}

function ownerToLeave({ source, destination }: ChunkState, goal: MoveGoal): string | undefined {
  if (goal === 'switch') return source;
  return goal === 'reverse' ? destination : undefined;
}

/** Returns the side that is not the owner. It holds a copy. */
export function replicaOf({ source, destination, owner }: Omit<ChunkState, 'phase' | 'fault'>): string {
  return owner === source ? destination : source;
}
