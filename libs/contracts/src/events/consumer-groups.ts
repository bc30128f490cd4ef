/**
 * The consumer groups whose members share the work, and the service that each group is part of. In addition, every process
 * of cache-service is a group of its own, `cache-service.<uuid>`, because each process must receive every event.
 */
export const CONSUMER_GROUPS = [
  { group: 'event-processor', service: 'event-processor' },
  { group: 'dead-letter-review', service: 'event-processor' },
  { group: 'order-service', service: 'order-service' },
] as const;
