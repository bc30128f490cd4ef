import { z } from 'zod';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const CacheInvalidatedData = z.object({
  tags: z
    .array(z.string().min(1).max(512))
    .min(1)
    .max(1_000)
    .describe('e.g. `product:GW-0001`, `top-products`'),
});
export type CacheInvalidatedData = z.infer<typeof CacheInvalidatedData>;

export const CacheInvalidated = {
  type: 'com.groundwork.cache.invalidated.v1',
  summary:
    'The source of cached entries has changed and the change is committed. Consumed by every process of cache-service.',
  topic: Topics.cacheInvalidations.name,
  data: CacheInvalidatedData,
} as const satisfies EventType<CacheInvalidatedData>;
