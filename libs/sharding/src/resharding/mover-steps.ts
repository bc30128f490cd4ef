/**
 * The named steps of the mover: the moments after which it may be killed and must go on as if nothing had happened. Tests and
 * drills kill it at each of them (`MOVER_KILL_AT`).
 */
export const MOVER_STEPS = [
  'capture-recorded', // the directory says capturing, the owner knows nothing of it yet
  'capture-begun', // the owner notes changes; older transactions may still be under way
  'copy-begun', // the directory says copying, no row has travelled
  'batch-copied', // rows are on the replica, the directory does not know how far it came
  'copy-finished', // the directory says following
  'changes-read', // the notes are read, nothing is applied
  'changes-applied', // the replica has the changes, the owner still has the notes
  'switch-recorded', // the directory says switching, the owner still serves
  'switch-locked', // the slots are locked at the owner
  'switch-caught-up', // the replica has everything, outbox included
  'switch-verified', // both sides are compared
  'switch-let-go', // the owner has let go: the slots are nobody's
  'switch-taken', // the new owner has the slots, the directory does not say so yet
  'switch-published', // the directory says who owns the slots now
  'drop-recorded', // the directory says dropping
  'capture-ended', // the owner notes nothing any more
  'batch-dropped', // some rows of the replica are gone
  'drop-finished', // the directory has forgotten the slots
] as const;

export type MoverStep = (typeof MOVER_STEPS)[number];

export function isMoverStep(text: string): text is MoverStep {
  return (MOVER_STEPS as readonly string[]).includes(text);
}
