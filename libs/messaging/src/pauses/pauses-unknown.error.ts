/** The process has never been told what operators have paused of its group, and handles nothing before it knows. */
export class PausesUnknownError extends Error {
  readonly code = 'pauses-unknown';
  readonly retryable = true;

  constructor(groupId: string) {
    super(`it cannot be asked what is paused of the consumer group ${groupId}`);
    this.name = 'PausesUnknownError';
  }
}
