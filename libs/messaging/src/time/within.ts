import { setTimeout as delay } from 'node:timers/promises';

/** An operation exceeded its time limit. */
export class TimeoutError extends Error {
  readonly code = 'timeout';
  readonly retryable = true;
  readonly infrastructure = true;

  constructor(what: string, limitMs: number) {
    super(`${what} took longer than ${limitMs} ms`);
    this.name = 'TimeoutError';
  }
}

/** Returns the work's outcome, or rejects with a TimeoutError: kafkajs hangs when a broker vanishes before its answer. */
export async function within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  const abandoned = new AbortController();
  const limit = delay(limitMs, undefined, { signal: abandoned.signal }).then(
    () => Promise.reject(new TimeoutError(what, limitMs)),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work, limit]);
  } finally {
    abandoned.abort();
    work.catch(() => undefined);
  }
}
