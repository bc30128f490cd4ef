/**
 * Why a caller that asked for units or a permit was refused:
 * - `queue-full`: `maxQueue` callers wait already.
 * - `wait-too-long`: the caller would wait longer than it may.
 * - `closed`: the bucket or semaphore is closed.
 */
export type RefusalReason = 'queue-full' | 'wait-too-long' | 'closed';

/** The caller has taken nothing. */
export class AcquireRefused extends Error {
  readonly code = 'acquire-refused';
  readonly reason: RefusalReason;
  /** Time until the caller would have been granted, if it is known. */
  readonly retryAfterMs: number | undefined;
  readonly retryable: boolean;

  constructor(reason: RefusalReason, detail: string, retryAfterMs: number | undefined) {
    super(detail);
    this.name = 'AcquireRefused';
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
    this.retryable = reason !== 'closed';
  }
}

/** @param waitMs how long the caller would have to wait, if it is known */
export function tooLong(waitMs: number | undefined): AcquireRefused {
  const detail = waitMs === undefined ? 'the wait would take too long' : `the wait would take ${waitMs} ms`;
  return new AcquireRefused('wait-too-long', detail, waitMs);
}

export function closed(what: string): AcquireRefused {
  return new AcquireRefused('closed', `the ${what} is closed`, undefined);
}
