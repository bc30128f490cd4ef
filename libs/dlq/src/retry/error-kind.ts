/**
 * What an error means for the current event:
 * - `infrastructure`: something that every event needs is unavailable (the database). It costs the event no attempt.
 * - `retryable`: this event may succeed later.
 * - `permanent`: this event can never succeed.
 */
export type ErrorKind = 'infrastructure' | 'retryable' | 'permanent';

/** Returns the kind that an error states through `retryable` and `infrastructure`. An error without them is retryable. */
export function errorKindOf(error: unknown): ErrorKind {
  if (typeof error !== 'object' || error === null) return 'retryable';
  const { retryable, infrastructure } = error as { retryable?: unknown; infrastructure?: unknown };
  if (retryable === false) return 'permanent';
  return retryable === true && infrastructure === true ? 'infrastructure' : 'retryable';
}
