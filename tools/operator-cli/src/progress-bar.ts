import { duration } from './duration.ts';

export interface Progress {
  readonly doing: string;
  /** How much is done, from 0 to 1. */
  readonly share: number;
  /** The same as figures, e.g. `832 of 1365 slots`. */
  readonly counted: string;
  readonly elapsedMs: number;
  /** How much was done when the watching began. */
  readonly startShare: number;
}

/** `copying  [██████░░░░]  61 %  832 of 1365 slots  about 12 s left` */
export function progressBar({ doing, share, counted, elapsedMs, startShare }: Progress): string {
  const cells = Math.floor(share * 24);
  const bar = `[${'█'.repeat(cells)}${'░'.repeat(24 - cells)}]`;
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `${doing} ${bar} ${percent}  ${counted}${estimate(share, startShare, elapsedMs)}`;
}

/** From what was done since this began to watch; without any, there is nothing to go by. */
function estimate(share: number, startShare: number, elapsedMs: number): string {
  if (share >= 1) return `  in ${duration(elapsedMs)}`;
  const speed = (share - startShare) / elapsedMs;
  return speed > 0 ? `  about ${duration((1 - share) / speed)} left` : '';
}
