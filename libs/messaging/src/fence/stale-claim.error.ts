import { type PartitionClaim } from './partition-fence.ts';

/** Another member has claimed the partition since: the group has replaced this process, which must join again. */
export class StaleClaimError extends Error {
  readonly code = 'stale-claim';
  readonly retryable = true;
  /** The event is not at fault: the current owner of the partition handles it. */
  readonly infrastructure = true;

  constructor({ group, topic, partition, epoch }: PartitionClaim) {
    super(
      `${topic}:${partition} has been claimed again in ${group} since epoch ${epoch}; this member must rejoin`,
    );
    this.name = 'StaleClaimError';
  }
}
