/** The process has not been able to read the pauses of its group yet, and handles nothing before it has. */
export class PausesUnknownError extends Error {
  readonly code = 'pauses-unknown';
  readonly retryable = true;

  constructor(groupId: string) {
    super(
      `the pauses of the consumer group ${groupId} cannot be read; it handles nothing until they are known`,
    );
    this.name = 'PausesUnknownError';
  }
}
