import { HashRing } from '@groundwork/hashing';
import { type Lab } from '../lab.ts';
import { atLeast, atMost, count, exactly, percent, times } from '../readings.ts';
import { NaiveRing } from './naive-ring.ts';

const KEYS = Array.from({ length: 20_000 }, (_, number) => `user:${number}`);
/** The result of the naive ring depends on the names, so several sets are tried and the worst counts, for both rings. */
const PREFIXES = ['shard', 'cache', 'node', 'server', 'db'];

interface Ring {
  getNode(key: string): unknown;
}

type MakeRing = (nodes: readonly string[]) => Ring;

const makeNaive: MakeRing = (nodes) => new NaiveRing(nodes);
const makeOurs: MakeRing = (nodes) => new HashRing(nodes);

export const ring: Lab = {
  name: 'ring',
  pattern: 'Consistent hashing',
  naiveFailure: 'one node gets nearly all keys, and all keys move when a node joins',
  experiment:
    `Ten nodes with 150 points each own the keys user:0 to user:${KEYS.length - 1}. An eleventh node joins. ` +
    `The worst of ${PREFIXES.length} sets of names counts (${PREFIXES.join('-1, ')}-1 …). Then the nodes are objects.`,
  page: 'docs/hashing.md',

  run({ progress }) {
    progress(`placing ${count(KEYS.length)} keys on ten and on eleven nodes`);
    const [naive, ours] = [worstOf(makeNaive), worstOf(makeOurs)];
    progress('placing the keys on nodes that are objects');
    const objects = namesOf('shard', 10).map((name) => ({ name }));
    return Promise.resolve({
      measures: [
        {
          what: 'keys of the fullest node, relative to the mean',
          naive: atLeast(5, naive.peakToMean, times),
          ours: atMost(1.25, ours.peakToMean, times),
        },
        {
          what: 'keys that move when an eleventh node joins (ideal: 9.1 %)',
          naive: atLeast(0.9, naive.moved, percent),
          ours: atMost(0.12, ours.moved, percent),
        },
        {
          what: 'of them, keys that move between nodes that stay',
          naive: exactly(0, naive.needless, percent),
          ours: exactly(0, ours.needless, percent),
        },
        {
          what: 'nodes that own keys, when the ten nodes are objects',
          naive: exactly(1, countsOn(new NaiveRing(objects)).size),
          ours: exactly(10, countsOn(new HashRing(objects)).size),
        },
      ],
      plot: {
        title: 'Keys on each of ten nodes, shard-1 to shard-10',
        axis: `keys, of ${count(KEYS.length)}`,
        bars: (['naive', 'ours'] as const).flatMap((version) => {
          const nodes = namesOf('shard', 10);
          const counts = countsOn((version === 'naive' ? makeNaive : makeOurs)(nodes));
          return nodes.map((node) => ({
            label: `${node}, ${version}`,
            value: counts.get(node) ?? 0,
            version,
          }));
        }),
        bounds: [{ value: KEYS.length / 10, label: 'even' }],
      },
    });
  },
};

function namesOf(prefix: string, nodes: number): string[] {
  return Array.from({ length: nodes }, (_, number) => `${prefix}-${number + 1}`);
}

function worstOf(make: MakeRing): { peakToMean: number; moved: number; needless: number } {
  const found = PREFIXES.map((prefix) => {
    const [ten, eleven] = [make(namesOf(prefix, 10)), make(namesOf(prefix, 11))];
    const moved = KEYS.filter((key) => ten.getNode(key) !== eleven.getNode(key));
    const needless = moved.filter((key) => eleven.getNode(key) !== `${prefix}-11`);
    const fullest = Math.max(...countsOn(ten).values());
    return { peakToMean: (fullest * 10) / KEYS.length, moved: moved.length, needless: needless.length };
  });
  return {
    peakToMean: Math.max(...found.map(({ peakToMean }) => peakToMean)),
    moved: Math.max(...found.map(({ moved }) => moved)) / KEYS.length,
    needless: Math.max(...found.map(({ needless }) => needless)) / KEYS.length,
  };
}

function countsOn(ring: Ring): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const key of KEYS) {
    const node = ring.getNode(key);
    counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}
