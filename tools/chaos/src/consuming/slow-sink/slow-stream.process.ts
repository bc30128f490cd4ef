/** A stream in its own process, from a source that offers 20,000 items a second, into a slow sink. */
import { BackpressureStream, forEach } from '@groundwork/flow-control';
import { setTimeout as pause } from 'node:timers/promises';
import { reportSamples } from './report-samples.ts';
import { SlowSink } from './sink.ts';
import { EVENT_BYTES, HIGH, PER_SECOND } from './pressure.ts';

/** Items become due even if they are not requested, so the source never runs out of items. */
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
