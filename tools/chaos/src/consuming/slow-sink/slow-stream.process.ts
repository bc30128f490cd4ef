/** A stream over a source that has 20,000 items a second for whoever asks, into a slow sink, as a process of its own. */
import { BackpressureStream, forEach } from '@groundwork/flow-control';
import { setTimeout as pause } from 'node:timers/promises';
import { reportSamples } from './report-samples.ts';
import { SlowSink } from './sink.ts';
import { EVENT_BYTES, HIGH, PER_SECOND } from './pressure.ts';

/** What nobody has asked for by its time is there all the same: a source that is never short of items. */
async function* source(): AsyncGenerator<Buffer> {
  const began = performance.now();
  for (let count = 0; ; count += 1) {
    while (((performance.now() - began) * PER_SECOND) / 1_000 <= count) await pause(1);
    yield Buffer.alloc(EVENT_BYTES, count & 0xff);
  }
}

const sink = new SlowSink();
const stream = new BackpressureStream(source(), { high: HIGH });
reportSamples({ handled: () => sink.taken, held: () => stream.load });
await forEach(stream, () => sink.take());
