/**
 * The named steps of the mover. It may be killed after any of them, and must then resume without loss. Tests and drills kill
 * it at each step (`MOVER_KILL_AT`).
 */
export const MOVER_STEPS = [
  'capture-recorded', // the directory says capturing; the owner does not capture yet
  'capture-begun', // the owner notes changes; older transactions may still be running
  'copy-begun', // the directory says copying; no row is copied yet
  'batch-copied', // rows are on the replica; the directory does not have the position yet
  'copy-finished', // the directory says following
  'changes-read', // the notes are read; none is applied yet
  'changes-applied', // the replica has the changes; the owner still has the notes
  'switch-recorded', // the directory says switching; the owner still serves
  'switch-locked', // the slots are locked at the owner
  'switch-caught-up', // the replica has all rows, including the outbox
  'switch-verified', // both sides are compared and equal
  'switch-let-go', // the owner has let go: no shard owns the slots
  'switch-taken', // the new owner has the slots; the directory does not say so yet
  'switch-published', // the directory has the new owner
  'drop-recorded', // the directory says dropping
  'capture-ended', // the owner has stopped noting changes
  'batch-dropped', // some rows of the replica are deleted
  'drop-finished', // the directory has removed the slots of the move
] as const;

export type MoverStep = (typeof MOVER_STEPS)[number];

export function isMoverStep(text: string): text is MoverStep {
  return (MOVER_STEPS as readonly string[]).includes(text);
}
