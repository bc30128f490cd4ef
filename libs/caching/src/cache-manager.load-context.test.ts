import { describeLoadContext } from '../test/describe-load-context.ts';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { CacheManager } from './cache-manager.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

describeLoadContext('over a shared tier in memory', async () => {
  const shared = new LeasingMemoryTier();
  const manager = () => new CacheManager({ memory: new MemoryTier(), shared, jitter: 0 });
  return { managers: [manager(), manager()] };
});
