import { BackpressureStream, forEach } from '@groundwork/flow-control';
import { type Lab } from '../lab.ts';
import { atLeast, atMost, count, exactly } from '../readings.ts';
import { NaiveBuffer } from './naive-buffer.ts';
import { SlowSink } from './slow-sink.ts';

const ITEMS = 50_000;
const LIMIT = 100;
const KEYS = 10;
/** The sink pauses once, for as long as a database takes to fail over. */
const PAUSE_MS = 300;

const keyOf = (item: number): number => item % KEYS;

export const backpressure: Lab = {
  name: 'backpressure',
  pattern: 'Backpressure',
  naiveFailure: 'a "full" buffer accepts everything, until the memory is full',
  experiment:
    `A source of ${count(ITEMS)} items of ${KEYS} keys feeds a slow sink that pauses once for ${PAUSE_MS} ms. ` +
    `Both versions have a limit of ${LIMIT} items.`,
  page: 'docs/backpressure.md',

  async run({ progress }) {
    progress(`naive: pushing ${count(ITEMS)} items through a buffer of ${LIMIT}`);
    const naive = await pushThroughBuffer();
    progress(`ours: reading ${count(ITEMS)} items through a stream that holds at most ${LIMIT}`);
    const ours = await readThroughStream();
    return {
      measures: [
        {
          what: 'most items taken from the source and not yet stored',
          naive: atLeast(ITEMS / 2, naive.mostInFlight),
          ours: atMost(LIMIT, ours.mostInFlight),
        },
        {
          what: 'items stored after a later item of their key',
          naive: atLeast(1, naive.inversions(keyOf)),
          ours: exactly(0, ours.inversions(keyOf)),
        },
        {
          what: 'items stored',
          naive: exactly(ITEMS, naive.done.length),
          ours: exactly(ITEMS, ours.done.length),
        },
      ],
      plot: {
        title: `Most items taken and not yet stored, with a limit of ${LIMIT}`,
        axis: 'items (logarithmic)',
        log: true,
        bars: [
          { label: 'naive', value: naive.mostInFlight, version: 'naive' },
          { label: 'ours', value: ours.mostInFlight, version: 'ours' },
        ],
        bounds: [{ value: LIMIT, label: 'limit' }],
      },
    };
  },
};

async function pushThroughBuffer(): Promise<SlowSink> {
  const sink = new SlowSink();
  const buffer = new NaiveBuffer((item: number) => sink.store(item), LIMIT);
  sink.pauseFor(PAUSE_MS);
  for await (const item of sink.source(ITEMS)) buffer.push(item);
  buffer.flush();
  while (sink.done.length < ITEMS) await new Promise(setImmediate);
  return sink;
}

async function readThroughStream(): Promise<SlowSink> {
  const sink = new SlowSink();
  const stream = new BackpressureStream(sink.source(ITEMS), { high: { items: LIMIT, bytes: 1 } });
  sink.pauseFor(PAUSE_MS);
  await forEach(stream, (item) => sink.store(item), {
    concurrency: KEYS,
    keyOf: (item) => String(keyOf(item)),
  });
  return sink;
}
