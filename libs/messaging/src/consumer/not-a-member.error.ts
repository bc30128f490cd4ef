/** The process is not a member of its consumer group: it is still joining, or the broker is unavailable. */
export class NotAMemberError extends Error {
  readonly code = 'not-a-member';
  readonly retryable = true;

  constructor(groupId: string) {
    super(`not a member of the consumer group ${groupId}`);
    this.name = 'NotAMemberError';
  }
}
