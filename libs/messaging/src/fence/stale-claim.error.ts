import { type PartitionClaim } from './partition-fence.ts';

/** Somebody else has claimed the partition since: this process was taken for dead, and must join its group anew. */
export class StaleClaimError extends Error {
  readonly code = 'stale-claim';
  readonly retryable = true;
  /** It is not the event that is at fault: whoever has the partition now handles it. */
  readonly infrastructure = true;

  constructor({ group, topic, partition, epoch }: PartitionClaim) {
    super(`${topic}:${partition} has been claimed in ${group} since epoch ${epoch}`);
    this.name = 'StaleClaimError';
  }
}
