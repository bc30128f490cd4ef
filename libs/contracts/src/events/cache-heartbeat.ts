import { z } from 'zod';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const CacheHeartbeatData = z.object({
  process: z.string().min(1).describe('Unique for each start of a process'),
  sentAtMs: z.number().describe("On the process's own monotonic clock; means nothing to others"),
});
export type CacheHeartbeatData = z.infer<typeof CacheHeartbeatData>;

export const CacheHeartbeat = {
  type: 'com.groundwork.cache.heartbeat.v1',
  summary:
    'A process of cache-service puts these between the invalidations and waits to hear them again: proof that it hears everything that was published before.',
  topic: Topics.cacheInvalidations.name,
  data: CacheHeartbeatData,
} as const satisfies EventType<CacheHeartbeatData>;
