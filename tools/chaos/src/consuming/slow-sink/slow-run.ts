import { type GroupState } from './group-watch.ts';
import { type Sample } from './sample.ts';
import { type SlowRun } from './slow-sink-verdict.ts';
import { trendOf } from './trend.ts';

/** Summarizes the samples of a process and, for a consumer, the broker's view of its group. */
export function slowRunOf(
  about: Pick<SlowRun, 'name' | 'mayHold' | 'end'>,
  samples: readonly Sample[],
  group: GroupState | undefined,
): SlowRun {
  const [first, last] = [samples[0], samples.at(-1)];
  const most = (of: (sample: Sample) => number) => Math.max(0, ...samples.map(of));
  return {
    ...about,
    seconds: ((last?.atMs ?? 0) - (first?.atMs ?? 0)) / 1_000,
    handled: (last?.handled ?? 0) - (first?.handled ?? 0),
    held: { items: most(({ held }) => held.items), bytes: most(({ held }) => held.bytes) },
    resident: trendOf(samples.map(({ atMs, residentBytes }) => ({ atMs, bytes: residentBytes }))),
    live: trendOf(
      samples.flatMap(({ atMs, liveBytes }) => (liveBytes === undefined ? [] : [{ atMs, bytes: liveBytes }])),
    ),
    member: group && {
      joins: last?.joins ?? 0,
      restarts: last?.restarts ?? 0,
      livenessFailures: last?.livenessFailures ?? 0,
      ...group,
    },
  };
}
