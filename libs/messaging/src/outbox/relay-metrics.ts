/** Counts what a relay does; must not throw or block. */
export interface RelayMetrics {
  /** @param oldestAgeMs how long the oldest event of the batch had waited */
  published(relay: string, events: number, oldestAgeMs: number): void;
  /** Reports the rows that wait in the outbox, whether or not anything is published. */
  waiting(relay: string, lag: OutboxLag): void;
  leads(relay: string, leads: boolean): void;
}

export interface OutboxLag {
  /** Counted up to 100,000. */
  readonly rows: number;
  /** Set aside because the broker rejected them: they wait for an operator. */
  readonly refusedRows: number;
  /** By the database's clock; 0 when nothing waits. */
  readonly oldestAgeMs: number;
}

export const NO_RELAY_METRICS: RelayMetrics = {
  published: () => undefined,
  waiting: () => undefined,
  leads: () => undefined,
};
