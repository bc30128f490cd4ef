/** A Kafka topic as the provisioning job creates it. */
export interface Topic {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
  /** The size limit of one message. Default: the limit of the broker (1 MiB). */
  readonly maxMessageBytes?: number;
}

const DAY_MS = 86_400_000;

/**
 * The topics of events, of cache invalidations and of dead letters. Events about an order are keyed by the id of the order
 * and published to the partition of its slot (see `partitionOfSlot`), so a shard that is down blocks only the partitions of
 * its range.
 */
export const Topics = {
  orders: { name: 'orders.events', partitions: 8, retentionMs: 7 * DAY_MS },
  /** Keyed by the sku, on the partition of the catalogue entry's slot. */
  catalogue: { name: 'catalogue.events', partitions: 8, retentionMs: 7 * DAY_MS },
  inventory: { name: 'inventory.events', partitions: 8, retentionMs: 7 * DAY_MS },
  payments: { name: 'payments.events', partitions: 8, retentionMs: 7 * DAY_MS },
  cacheInvalidations: { name: 'cache.invalidations', partitions: 1, retentionMs: DAY_MS },
  deadLetters: { name: 'dead-letters', partitions: 1, retentionMs: 30 * DAY_MS },
} as const satisfies Record<string, Topic>;
