import { type Clock, InterruptibleWait, SYSTEM_CLOCK } from '@groundwork/resilience';
import { type Claim, type LeasingTier } from '../tiers/tier.ts';

/** How long a caller waits at most for a message that was lost, before it asks again. */
const LOST_MESSAGE_MS = 500;

export interface WaitForLoadOptions {
  readonly leaseMs: number;
  readonly limitMs: number;
  readonly clock?: Clock;
  /** Receives the first answer of the tier at once: it may contain a stale entry. */
  readonly onFirstClaim?: (claim: Claim) => void;
}

/**
 * Claims the key. While another process loads it, waits until the tier says that this load has ended, and claims it again.
 * Returns the entry of that process; or the lease, when the loader failed or crashed or an invalidation made its lease void; or
 * `busy` once `limitMs` have passed.
 */
export async function waitForLoad<Fence>(
  tier: LeasingTier<Fence>,
  key: string,
  tags: readonly string[],
  { leaseMs, limitMs, clock = SYSTEM_CLOCK, onFirstClaim }: WaitForLoadOptions,
): Promise<Claim<Fence>> {
  const giveUpAt = clock.monotonicMs() + limitMs;
  let claim = await tier.claim(key, tags, leaseMs);
  onFirstClaim?.(claim);
  if (claim.state !== 'busy') return claim;
  const wait = new InterruptibleWait(clock);
  const unsubscribe = tier.onLoadEnded(key, () => wait.interrupt());
  try {
    while (claim.state === 'busy') {
      const leftMs = giveUpAt - clock.monotonicMs();
      if (leftMs <= 0) break;
      await wait.wait(Math.min(leftMs, claim.leaseEndsInMs, LOST_MESSAGE_MS));
      wait.reset();
      claim = await tier.claim(key, tags, leaseMs);
    }
    return claim;
  } finally {
    unsubscribe();
  }
}
