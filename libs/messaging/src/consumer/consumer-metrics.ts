import { type LossReason } from './resume-point.ts';

/**
 * The outcome of a delivery:
 * - `skipped`: this consumer has no handler for it.
 * - `held`: it waits for infrastructure.
 * - `held-alone`, counted in addition to `held`: it waits for infrastructure that other events of its partition can reach.
 * - `retried`: it is retried later.
 * - `parked`: it waits behind another event of its key.
 */
export type DeliveryOutcome =
  'processed' | 'skipped' | 'retried' | 'parked' | 'held' | 'held-alone' | 'dead-lettered';

/** Counts what a consumer does. Called on every delivery: must not throw or block. */
export interface ConsumerMetrics {
  /** @param events default: 1 */
  delivered(type: string, outcome: DeliveryOutcome, events?: number): void;
  restarted(groupId: string): void;
  /** The position of the group does not match the offsets of a partition. @param offsets the number of missing offsets */
  missing(topic: string, reason: LossReason, offsets: bigint): void;
}

export const NO_METRICS: ConsumerMetrics = {
  delivered: () => undefined,
  restarted: () => undefined,
  missing: () => undefined,
};
