import { type ReplicaSet } from './replica-set.ts';

type Sets = ReadonlyMap<string, ReplicaSet>;

/** Starts all sets at once; each start waits for its own dependencies. Rejects with the first failure. */
export async function startInOrder(sets: Sets, start: (set: ReplicaSet) => Promise<void>): Promise<void> {
  const starts = [...sets.values()].map(start);
  try {
    await Promise.all(starts);
  } finally {
    // A failure also ends the other starts; without this, they would later surface as unhandled rejections.
    void Promise.allSettled(starts);
  }
}

/** Stops each service after all of its dependents have stopped; independent services stop at the same time. */
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
