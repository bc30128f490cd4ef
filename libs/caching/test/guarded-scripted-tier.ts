import { GuardedTier } from '../src/tiers/guarded-tier.ts';
import { type LeasingTier } from '../src/tiers/tier.ts';

/** Creates a tier that records its calls. The test answers them, fails them or leaves them hanging. */
function scriptedTier() {
  const waiting = new Set<() => void>();
  const calls: { name: string; resolve: (value?: unknown) => void; reject: (error: Error) => void }[] = [];
  const record =
    (name: string) =>
    (...args: unknown[]) => {
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      const label = name === 'invalidate' ? `${name} ${JSON.stringify(args[0])}` : name;
      calls.push({ name: label, resolve: resolve as (value?: unknown) => void, reject });
      return promise;
    };
  const tier: LeasingTier<string> = {
    read: record('read'),
    fence: record('fence'),
    write: record('write'),
    invalidate: record('invalidate'),
    expire: record('expire'),
    claim: record('claim'),
    release: record('release'),
    put: record('put'),
    feedPosition: record('feedPosition'),
    recordFeedPosition: record('recordFeedPosition'),
    recover: record('recover'),
    onLoadEnded: (_key, wake) => {
      waiting.add(wake);
      return () => waiting.delete(wake);
    },
  };
  return { tier, calls, waiting, names: () => calls.map(({ name }) => name) };
}

/** A guard with short times in front of such a tier. */
export function guarded(options = {}) {
  const scripted = scriptedTier();
  const states: string[] = [];
  const tier = new GuardedTier(scripted.tier, {
    callLimitMs: 20,
    probeEveryMs: 5,
    onChange: (state) => states.push(state),
    ...options,
  });
  return { ...scripted, inner: scripted.tier, tier, states };
}
