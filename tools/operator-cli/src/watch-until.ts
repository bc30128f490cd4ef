import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from './cli.error.ts';
import { type Output } from './output.ts';

/** How long the platform may be away before this gives up watching; what it was asked for goes on. */
const PATIENCE_MS = 60_000;

export interface Watched<T> {
  /** Reads how far it is. */
  read(): Promise<T>;
  /** Shows it; whether that is all there is to see. */
  isOver(found: T): boolean | Promise<boolean>;
  /** Where it is said that the platform is away. */
  tell(text: string): void;
  readonly everyMs?: number;
  readonly patienceMs?: number;
}

/**
 * Watches something that goes on without being watched until it is over. The platform may be away, or too busy to answer,
 * for a minute.
 *
 * @throws {CliError} what is not `retryable` at once, what is after a minute of nothing else
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

/** Notes a text when it is heard for the first time. */
export function noteOnce(output: Pick<Output, 'note'>): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (!told.has(text)) output.note(`  ! ${text}`);
    told.add(text);
  };
}
