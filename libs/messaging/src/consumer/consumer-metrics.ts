import { type LossReason } from './resume-point.ts';

/**
 * How a delivery ended: `skipped` has no handler here, `held` waits for infrastructure (`held-alone`, counted besides: which
 * other events of its partition reach), `retried` will be tried again, `parked` waits behind another event of its key.
 */
export type DeliveryOutcome =
  'processed' | 'skipped' | 'retried' | 'parked' | 'held' | 'held-alone' | 'dead-lettered';

/** Counts what a consumer does. Called on every delivery: must not throw and not wait. */
export interface ConsumerMetrics {
  /** @param events default: 1 */
  delivered(type: string, outcome: DeliveryOutcome, events?: number): void;
  restarted(reason: string): void;
  /** A partition does not hold what its group has reached. @param offsets how many are missing */
  missing(topic: string, reason: LossReason, offsets: bigint): void;
}

export const NO_METRICS: ConsumerMetrics = {
  delivered: () => undefined,
  restarted: () => undefined,
  missing: () => undefined,
};
