import { type ReplicaSet } from './replica-set.ts';

type Sets = ReadonlyMap<string, ReplicaSet>;

/** Starts all at once; each start waits for its own dependencies. The first failure is the outcome. */
export async function startInOrder(sets: Sets, start: (set: ReplicaSet) => Promise<void>): Promise<void> {
  const starts = [...sets.values()].map(start);
  try {
    await Promise.all(starts);
  } finally {
    // A failure ends the others too; none of them may surface later as an unhandled rejection.
    void Promise.allSettled(starts);
  }
}

/** Stops each service once all that depend on it have stopped; what does not depend on each other stops at the same time. */
export async function stopInOrder(sets: Sets, stop: (set: ReplicaSet) => Promise<unknown>): Promise<void> {
  const stops = new Map<ReplicaSet, Promise<unknown>>();
  const stopped = (set: ReplicaSet): Promise<unknown> => {
    const known = stops.get(set);
    if (known !== undefined) return known;
    const dependents = [...sets.values()].filter(({ service }) => set.service.name in service.dependsOn);
    const stopping = Promise.all(dependents.map(stopped)).then(() => stop(set));
    stops.set(set, stopping);
    return stopping;
  };
  await Promise.all([...sets.values()].map(stopped));
}
