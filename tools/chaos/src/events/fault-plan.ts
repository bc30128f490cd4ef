/** A fault that is injected into the platform while it processes events. */
export type FaultKind = 'kill' | 'rebalance' | 'broker' | 'postgres' | 'zombie';

/**
 * How often each fault happens during a hundred thousand events. Smaller runs get a proportional share, but each fault at
 * least once.
 */
const IN_100_000: Readonly<Record<FaultKind, number>> = {
  kill: 20,
  rebalance: 10,
  broker: 5,
  postgres: 5,
  zombie: 5,
};

/** Returns the faults of a run, with each kind spread evenly over it. */
export function planFaults(events: number): readonly FaultKind[] {
  return Object.entries(IN_100_000)
    .flatMap(([kind, times]) => {
      const count = Math.max(1, Math.round((times * events) / 100_000));
      return Array.from({ length: count }, (_, n) => ({
        kind: kind as FaultKind,
        at: (n + 0.5) / count,
      }));
    })
    .sort((a, b) => a.at - b.at)
    .map(({ kind }) => kind);
}
