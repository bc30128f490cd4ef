/** A producer of 20,000 events a second in its own process. Arguments: broker and topic. */
import { type OutgoingMessage } from '@groundwork/messaging';
import { producerTo } from '../support/group.ts';
import { numbered, numberedOn } from '../support/numbered.ts';
import { publishSteadily } from '../support/publish-steadily.ts';
import { MOST_TOPIC_BYTES, PER_SECOND } from './pressure.ts';
import { type Production } from './production.ts';

const KEYS = 1_000;
const PADDING = 'x'.repeat(300);
const TOLD_EVERY = 10_000;
/** About 600 bytes each, so that a request stays below the broker's limit. */
const AT_ONCE = 1_000;

const [broker = '', topic = ''] = process.argv.slice(2);
const type = numberedOn(topic);
const producer = producerTo([broker]);
const full = new AbortController();
const began = performance.now();
let bytes = 0;

function message(n: number): OutgoingMessage {
  const made = numbered(type, { key: `${n % KEYS}`, number: n, partition: 0, padding: PADDING });
  bytes += bytesOf(made);
  if (bytes >= MOST_TOPIC_BYTES) full.abort();
  return made;
}

function bytesOf({ key, value, headers }: OutgoingMessage): number {
  return [key, value, ...Object.entries(headers).flat()].reduce<number>(
    (sum, part) => sum + (part?.length ?? 0),
    0,
  );
}

function tell(published: number): void {
  const production: Production = {
    published,
    bytes,
    seconds: (performance.now() - began) / 1_000,
    isFull: full.signal.aborted,
  };
  // A parent that has just closed the channel no longer listens.
  process.send?.(production, undefined, undefined, () => undefined);
}

process.on('disconnect', () => process.exit(0));
const published = await publishSteadily(producer, {
  ...{ perSecond: PER_SECOND, atOnce: AT_ONCE, signal: full.signal, message },
  published: (count) => {
    if (count % TOLD_EVERY < AT_ONCE) tell(count);
  },
});
tell(published);
