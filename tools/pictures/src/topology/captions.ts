/** What a connection is for, in a few words. A caption without its connection is an error. */
export const CAPTIONS: Readonly<Record<string, string>> = {
  'client → api-gateway': 'HTTP',
  'api-gateway → redis-state': 'limits of clients',
  'order-service → kafka': 'outbox, inbox',
  'event-processor → kafka': 'inbox, outbox',
  'cache-service → kafka': 'invalidations',
  'cache-service → redis-cache': 'second tier',
  'cache-service → redis-log': 'write-behind log',
  'order-service → postgres-shard': 'orders',
  'order-service → postgres-directory': 'owners of slots',
  'event-processor → postgres-events': 'stock, payments',
  'shard-mover → postgres-shard': 'moves slots',
};
