import { type FreezableProcess } from '@groundwork/testing';
import { type InvalidationJournal } from '../src/invalidation/journal.ts';
import { type LeasingTier } from '../src/tiers/tier.ts';

type Connection = Pick<FreezableProcess, 'call' | 'arrives'>;

/** Returns the tier as a simulated process reaches it. */
export function reachTier(tier: LeasingTier, process: Connection): LeasingTier {
  return {
    read: (key) => process.call(() => tier.read(key)),
    fence: (...args) => process.call(() => tier.fence(...args)),
    write: (...args) => process.call(() => tier.write(...args)),
    put: (...args) => process.call(() => tier.put(...args)),
    claim: (...args) => process.call(() => tier.claim(...args)),
    release: (...args) => process.call(() => tier.release(...args)),
    invalidate: (target) => process.call(() => tier.invalidate(target)),
    expire: (target) => process.call(() => tier.expire(target)),
    feedPosition: () => process.call(() => tier.feedPosition()),
    recordFeedPosition: (position) => process.call(() => tier.recordFeedPosition(position)),
    recover: () => process.call(() => tier.recover()),
    onLoadEnded: (key, wake) => tier.onLoadEnded(key, () => process.arrives() && wake()),
  };
}

/** Returns the journal as a simulated process reaches it. */
export function reachJournal(journal: InvalidationJournal, process: Connection): InvalidationJournal {
  return {
    follow: (...args) => process.call(() => journal.follow(...args)),
    behind: (...args) => process.call(() => journal.behind(...args)),
    leave: (follower) => process.call(() => journal.leave(follower)),
    onAnnounced: (wake) => journal.onAnnounced(() => process.arrives() && wake()),
    onCaughtUp: (wake) => journal.onCaughtUp(() => process.arrives() && wake()),
  };
}
