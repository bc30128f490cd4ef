import { setTimeout as delay } from 'node:timers/promises';
import { type Claim, type LeasingTier } from '../tiers/tier.ts';

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 25;

export interface WaitForLoadOptions {
  readonly leaseMs: number;
  readonly limitMs: number;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Claims the key repeatedly while another process loads it. Returns the entry of that process; or the lease, when the loader
 * failed or crashed or an invalidation made its lease void; or `busy` once `limitMs` have passed.
 */
export async function waitForLoad<Fence>(
  tier: LeasingTier<Fence>,
  key: string,
  tags: readonly string[],
  { leaseMs, limitMs, now = () => performance.now(), pause = delay }: WaitForLoadOptions,
): Promise<Claim<Fence>> {
  const giveUpAt = now() + limitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const claim = await tier.claim(key, tags, leaseMs);
    if (claim.state !== 'busy' || now() >= giveUpAt) return claim;
    await pause(pauseMs);
  }
}
