/** Counts what a relay does; must not throw and not wait. */
export interface RelayMetrics {
  /** @param oldestAgeMs how long the oldest event of the batch had waited */
  published(relay: string, events: number, oldestAgeMs: number): void;
  leads(relay: string, leads: boolean): void;
}

export const NO_RELAY_METRICS: RelayMetrics = { published: () => undefined, leads: () => undefined };
