import { duration } from './duration.ts';

export interface Progress {
  readonly doing: string;
  /** The share that is done, from 0 to 1. */
  readonly share: number;
  /** The progress as numbers, e.g. `832 of 1365 slots`. */
  readonly counted: string;
  readonly elapsedMs: number;
  /** The share that was done when the watching started. */
  readonly startShare: number;
}

/** `copying  [██████░░░░]  61 %  832 of 1365 slots  about 12 s left` */
export function progressBar({ doing, share, counted, elapsedMs, startShare }: Progress): string {
  const cells = Math.floor(share * 24);
  const bar = `[${'█'.repeat(cells)}${'░'.repeat(24 - cells)}]`;
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `${doing} ${bar} ${percent}  ${counted}${estimate(share, startShare, elapsedMs)}`;
}

/** Estimates from the progress since the watching started; returns no estimate without progress. */
function estimate(share: number, startShare: number, elapsedMs: number): string {
  if (share >= 1) return `  in ${duration(elapsedMs)}`;
  const speed = (share - startShare) / elapsedMs;
  return speed > 0 ? `  about ${duration((1 - share) / speed)} left` : '';
}
