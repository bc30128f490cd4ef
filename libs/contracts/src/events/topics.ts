/** A Kafka topic as the provisioning job creates it. */
export interface Topic {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
  /** Of one message; the broker's limit (1 MiB) where nothing is said. */
  readonly maxMessageBytes?: number;
}

const DAY_MS = 86_400_000;

/**
 * Every topic of the platform. Events about an order are keyed by the order's id and put on the partition of its slot
 * (see `partitionOfSlot`), so a shard that is down holds up the partitions of its range only.
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
