import { setTimeout as pause } from 'node:timers/promises';
import { type Answer } from './answer.ts';

const RETRIED_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const LONGEST_PAUSE_MS = 2_000;

/** The number of attempts of a repeated request. */
export interface Attempts {
  count: number;
}

/**
 * Retries a request as a well-behaved client does while parts of the platform are down. The caller must ensure that a retry
 * is safe. Retries after a broken connection and after 429, 502, 503 and 504, with a growing pause or the one from
 * `Retry-After`, until `withinMs` have passed. Returns any other answer.
 */
export async function sendSurely(
  attempt: () => Promise<Answer>,
  { withinMs = 120_000, attempts = { count: 0 } as Attempts } = {},
): Promise<Answer> {
  const deadline = Date.now() + withinMs;
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    attempts.count += 1;
    const outcome = await attempt().catch((error: unknown) => new BrokenConnection(error));
    if (!(outcome instanceof BrokenConnection) && !RETRIED_STATUSES.has(outcome.status)) return outcome;
    if (Date.now() >= deadline) return answerOrThrow(outcome, attempts);
    await pause(Math.min(retryAfterMs(outcome) ?? pauseMs, LONGEST_PAUSE_MS) * (0.5 + Math.random()));
  }
}

class BrokenConnection {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

function answerOrThrow(outcome: Answer | BrokenConnection, { count }: Attempts): Answer {
  if (!(outcome instanceof BrokenConnection)) return outcome;
  throw new Error(`No answer after ${count} attempts`, { cause: outcome.cause });
}

function retryAfterMs(outcome: Answer | BrokenConnection): number | undefined {
  const seconds = outcome instanceof BrokenConnection ? null : outcome.headers.get('retry-after');
  return seconds === null ? undefined : Number(seconds) * 1_000;
}
