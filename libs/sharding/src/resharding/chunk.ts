/**
 * Slots move in chunks: some slots that go the same way (`MoveRequest.chunkSlots`), with one lock and one switch for all of
 * them. The states of a chunk, hence of each of its slots:
 *
 *     planned ─▶ capturing ─▶ copying ─▶ following ◀──────────────┐
 *        │           │           │           ├─▶ switching ───────┘  owner and replica change places; again: back
 *        └───────────┴───────────┴───────────┴─▶ dropping ─▶ gone    the replica's rows and the capture go
 *
 * - planned: nothing was done yet.
 * - capturing: the owner notes the keys of what changes; whatever was being written before the first note is waited for.
 * - copying: the rows travel in the order of their keys; where it stopped is written down after every batch.
 * - following: what changed is brought over for as long as this lasts, and both sides may be compared.
 * - switching: the owner lets go under the slots' locks, the replica takes over, the directory says so. What was begun is
 *   finished: once the owner has let go there is only one way, forward.
 * - dropping: before any switch it cancels the move, after one it completes it.
 *
 * An abandoned chunk is dropped without its replica, whose database is lost for good. A switch that was begun goes back.
 */
export type ChunkPhase =
  'planned' | 'capturing' | 'copying' | 'following' | 'switching' | 'dropping' | 'gone';

/** What the operator wants of a whole move; the mover brings each chunk there. */
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

/** The phases from which a chunk may become `to`. */
export function phasesBefore(to: ChunkPhase): readonly ChunkPhase[] {
  return (Object.keys(NEXT) as ChunkPhase[]).filter((from) => mayBecome(from, to));
}

export interface ChunkState {
  readonly phase: ChunkPhase;
  readonly source: string;
  readonly destination: string;
  /** Who serves the slots: the source or the destination. */
  readonly owner: string;
  /** What kept it from switching; the operator's next request clears it. */
  readonly fault: string | null;
}

export type ChunkWork = 'capture' | 'copy' | 'follow' | 'switch' | 'drop' | 'abandon' | 'nothing';

/** What the mover does next with a chunk of a move with this goal. */
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

/** The other of the two: it holds a copy. */
export function replicaOf({ source, destination, owner }: Omit<ChunkState, 'phase' | 'fault'>): string {
  return owner === source ? destination : source;
}
