/** The queue has no room for the purge. The edge does not confirm purges, or new ones come faster than it confirms them. */
export class PurgeQueueFullError extends Error {
  readonly code = 'cache-purge-queue-full';
  readonly retryable = true;

  constructor(maxJobs: number, options?: ErrorOptions) {
    super(
      `the queue of edge purges has its maximum of ${maxJobs} jobs; nothing of this call was stored`,
      options,
    );
    this.name = 'PurgeQueueFullError';
  }
}
