/**
 * What an error means for the event at hand:
 * - `infrastructure`: something every event needs is away (the database). Not the event's fault, so it costs no attempt.
 * - `retryable`: this event may succeed later.
 * - `permanent`: it never will.
 */
export type ErrorKind = 'infrastructure' | 'retryable' | 'permanent';

/** An error says it itself, by `retryable` and `infrastructure`; one that says nothing may pass: it is tried again. */
export function errorKindOf(error: unknown): ErrorKind {
  if (typeof error !== 'object' || error === null) return 'retryable';
  const { retryable, infrastructure } = error as { retryable?: unknown; infrastructure?: unknown };
  if (retryable === false) return 'permanent';
  return retryable === true && infrastructure === true ? 'infrastructure' : 'retryable';
}
