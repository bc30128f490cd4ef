/** The brokers could not create the topics in time. */
export class TopicsNotCreatedError extends Error {
  readonly code = 'topics-not-created';
  readonly retryable = true;

  constructor(brokers: readonly string[], attempts: number, cause: unknown) {
    super(`The brokers ${brokers.join(', ')} did not create the topics in ${attempts} attempts`, { cause });
    this.name = 'TopicsNotCreatedError';
  }
}
