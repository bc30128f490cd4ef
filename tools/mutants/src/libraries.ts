import { globSync } from 'node:fs';
import { join } from 'node:path';

/** A library whose tests are checked, and its pure core, which is mutated. */
export interface Library {
  readonly name: string;
  /** Globs below the library's folder. `!` excludes code that needs a driver or a server. */
  readonly mutated: readonly string[];
}

/** The whole library without its index, and without what needs a driver or a server. */
const coreWithout = (...leftOut: string[]) => [
  'src/**/*.ts',
  '!src/**/index.ts',
  ...leftOut.map((glob) => `!src/**/${glob}`),
];

export const LIBRARIES: readonly Library[] = [
  { name: 'hashing', mutated: coreWithout() },
  { name: 'rate-limiting', mutated: coreWithout('{adapters,conformance}/**') },
  { name: 'resilience', mutated: coreWithout('{adapters,conformance}/**') },
  { name: 'caching', mutated: coreWithout('{adapters,conformance}/**') },
  { name: 'flow-control', mutated: coreWithout() },
  { name: 'dlq', mutated: coreWithout() },
  {
    name: 'messaging',
    mutated: [
      'src/consumer/liveness.ts',
      'src/consumer/offset-committer.ts',
      'src/consumer/offset-watermark.ts',
      'src/consumer/open-partitions.ts',
      'src/consumer/partition-batches.ts',
      'src/consumer/partition-pipeline.ts',
      'src/consumer/partition-work.ts',
      'src/consumer/record-delivery.ts',
      'src/events/partition-of-slot.ts',
      'src/groups/lag.ts',
      'src/kafka/by-slot.partitioner.ts',
      'src/kafka/coalescing-producer.ts',
      'src/kafka/unacknowledged.ts',
      'src/pauses/pause-watch.ts',
      'src/retry/co-partitioned.assigner.ts',
      'src/retry/parked-keys.ts',
      'src/retry/retry-path.ts',
      'src/started-attempts/attempt-notes.ts',
      'src/started-attempts/started-attempts.ts',
    ],
  },
  { name: 'sharding', mutated: coreWithout('{adapters,conformance}/**', '*.conformance.ts') },
];

/** Returns the paths in the workspace of the files that are mutated. */
export function mutatedFiles(root: string, { name, mutated }: Library): string[] {
  const exclude = ['src/**/*.test.ts', ...mutated.filter(isExclusion).map((glob) => glob.slice(1))];
  const globs = mutated.filter((glob) => !isExclusion(glob));
  const folder = join(root, 'libs', name);
  return globSync(globs, { cwd: folder, exclude }).map(
    (file) => `libs/${name}/${file.replaceAll('\\', '/')}`,
  );
}

function isExclusion(glob: string): boolean {
  return glob.startsWith('!');
}
