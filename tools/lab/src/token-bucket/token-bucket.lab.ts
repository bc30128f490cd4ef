import { type Lab } from '../lab.ts';
import { runProcesses } from '../processes/run-processes.ts';
import { atLeast, atMost, exactly } from '../readings.ts';
import { CAPACITY, PROCESSES, RATE_PER_SECOND } from './limits.ts';

const STARTING_MS = 4_000;
const SECONDS = 5;

const ALLOWED = CAPACITY + RATE_PER_SECOND * SECONDS;

const CALLERS = new URL('callers.process.ts', import.meta.url);

interface Outcome {
  readonly calls: number;
  readonly wakeUps: number;
  readonly waitsForEver: boolean;
}

export const tokenBucket: Lab = {
  name: 'token-bucket',
  pattern: 'Limiting calls to a peer',
  naiveFailure: 'each process counts alone, and every caller wakes up a thousand times a second to look',
  experiment:
    `A peer allows ${RATE_PER_SECOND} calls a second, and ${CAPACITY} at once. ${PROCESSES} processes call it for ${SECONDS} s, as often as ` +
    `they may. One caller of each process asks for ${CAPACITY + 1} calls at once, which can never be granted.`,
  page: 'docs/rate-limiting.md',

  async run({ redis, progress }) {
    const url = await redis();
    const outcomeOf = async (version: 'naive' | 'ours') => {
      progress(`${version}: ${PROCESSES} processes call the peer for ${SECONDS} s`);
      const from = Date.now() + STARTING_MS;
      const args = [version, url, String(from), String(from + SECONDS * 1_000)];
      const results = await runProcesses<Outcome>(CALLERS, Array(PROCESSES).fill(args));
      const sum = (of: (outcome: Outcome) => number) =>
        results.reduce((total, result) => total + of(result), 0);
      const calls = sum((outcome) => outcome.calls);
      return {
        calls,
        wakeUpsPerCall: sum((outcome) => outcome.wakeUps) / calls,
        waiting: sum((outcome) => (outcome.waitsForEver ? 1 : 0)),
      };
    };
    const [naive, ours] = [await outcomeOf('naive'), await outcomeOf('ours')];
    return {
      measures: [
        {
          what: `calls in ${SECONDS} s (limit ${ALLOWED})`,
          naive: atLeast(ALLOWED * (PROCESSES - 2), naive.calls),
          ours: atMost(ALLOWED, ours.calls),
        },
        {
          what: 'of them, at least',
          naive: atLeast(ALLOWED, naive.calls),
          ours: atLeast(ALLOWED * 0.8, ours.calls),
        },
        {
          what: 'wake-ups of timers for each call',
          naive: atLeast(20, naive.wakeUpsPerCall),
          ours: atMost(4, ours.wakeUpsPerCall),
        },
        {
          what: `callers that wait for ever for ${CAPACITY + 1} calls at once`,
          naive: exactly(PROCESSES, naive.waiting),
          ours: exactly(0, ours.waiting),
        },
      ],
      plot: {
        title: `Calls of ${PROCESSES} processes to a peer in ${SECONDS} s`,
        axis: 'calls',
        bars: [
          { label: 'naive: a bucket in each process', value: naive.calls, version: 'naive' },
          { label: 'ours: a shared bucket', value: ours.calls, version: 'ours' },
        ],
        bounds: [{ value: ALLOWED, label: 'limit' }],
      },
    };
  },
};
