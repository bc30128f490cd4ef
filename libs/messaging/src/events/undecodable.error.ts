export type UndecodableCode =
  'tombstone' | 'not-a-cloud-event' | 'malformed-event-data' | 'invalid-event-data';

/** A message that is not an event this version understands. No retry can help. */
export class UndecodableError extends Error {
  readonly retryable = false;

  constructor(
    readonly code: UndecodableCode,
    detail: string,
    cause?: unknown,
  ) {
    super(detail, { cause });
    this.name = 'UndecodableError';
  }
}
