import { type QueueOptions } from '@groundwork/resilience';

export interface TokenBucketOptions extends QueueOptions {
  /** The longest pause: a peer may ask for years. Default: an hour. */
  readonly maxPauseMs?: number;
}
