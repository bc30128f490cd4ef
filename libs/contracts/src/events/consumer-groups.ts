/**
 * The consumer groups whose members share the work, and the service that each is part of. Every process of cache-service is a group of its
 * own besides, `cache-service.<uuid>`: each must hear everything.
 */
export const CONSUMER_GROUPS = [
  { group: 'event-processor', service: 'event-processor' },
  { group: 'dead-letter-review', service: 'event-processor' },
  { group: 'order-service', service: 'order-service' },
] as const;
