import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from './cli.error.ts';
import { type Output } from './output.ts';

/** How long the platform may be unavailable before this stops watching. The watched work continues. */
const PATIENCE_MS = 60_000;

export interface Watched<T> {
  /** Reads the current state. */
  read(): Promise<T>;
  /** Shows the state; returns whether it is the last one. */
  isOver(found: T): boolean | Promise<boolean>;
  /** Receives the message that the platform is unavailable. */
  tell(text: string): void;
  readonly everyMs?: number;
  readonly patienceMs?: number;
}

/**
 * Watches work that the platform does by itself, until it is complete. The platform may be unavailable, or too busy to
 * answer, for up to a minute.
 *
 * @throws {CliError} at once if the error is not `retryable`; otherwise after a minute of failures only
 */
export async function watchUntil<T>(watched: Watched<T>): Promise<T> {
  const { everyMs = 250, patienceMs = PATIENCE_MS } = watched;
  let lostAt: number | undefined;
  for (;;) {
    try {
      const found = await watched.read();
      lostAt = undefined;
      if (await watched.isOver(found)) return found;
    } catch (error) {
      if (!(error instanceof CliError) || !error.retryable) throw error;
      lostAt ??= performance.now();
      if (performance.now() - lostAt > patienceMs) throw error;
      watched.tell(error.message);
    }
    await delay(everyMs);
  }
}

/** Prints each text only the first time it is passed. */
export function noteOnce(output: Pick<Output, 'note'>): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (!told.has(text)) output.note(`  ! ${text}`);
    told.add(text);
  };
}
