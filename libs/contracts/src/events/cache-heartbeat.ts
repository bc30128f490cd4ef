import { z } from 'zod';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const CacheHeartbeatData = z.object({
  process: z.string().min(1).describe('Unique for each start of a process'),
  sentAtMs: z
    .number()
    .describe("Read from the process's own monotonic clock; other processes cannot interpret it"),
});
export type CacheHeartbeatData = z.infer<typeof CacheHeartbeatData>;

export const CacheHeartbeat = {
  type: 'com.groundwork.cache.heartbeat.v1',
  summary:
    'A process of cache-service publishes heartbeats between the invalidations and waits to receive them: a received heartbeat proves that the process has received everything published before it.',
  topic: Topics.cacheInvalidations.name,
  data: CacheHeartbeatData,
} as const satisfies EventType<CacheHeartbeatData>;
