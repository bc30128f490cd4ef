import { getEventListeners } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countedSource, numbers } from '../../test/counted-source.ts';
import { BackpressureStream } from './backpressure-stream.ts';

const FEW = { high: { items: 4, bytes: 1_000 }, low: { items: 1, bytes: 100 } };

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** Waits until all work that needs no further input has happened. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

describe('a backpressure stream', () => {
  it('delivers every item once, in order, and holds at most the high watermark', async () => {
    const items = fc.integer({ min: 0, max: 60 });
    const mark = fc.integer({ min: 2, max: 9 });
    await fc.assert(
      fc.asyncProperty(
        items,
        mark,
        fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
        async (count, high, turns) => {
          const source = countedSource(numbers(count));
          const stream = new BackpressureStream(source, {
            high: { items: high, bytes: 1 },
            low: { items: 1, bytes: 0 },
          });
          const taken: number[] = [];
          for await (const item of stream) {
            taken.push(item);
            for (let turn = turns.next().value; turn > 0; turn -= 1) await settled();
            expect(source.read - taken.length + 1).toBeLessThanOrEqual(high);
          }
          expect(taken).toEqual(numbers(count));
          expect(source.closed).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('reads nothing before the first demand', async () => {
    const source = countedSource(numbers(10));
    const stream = new BackpressureStream(source);
    stream.pause('operator');
    stream.resume('operator');
    await settled();
    expect(source.asked).toBe(0);
    expect(await collect(stream)).toHaveLength(10);
  });

  it('stops reading at the high watermark until the load has fallen to the low one', async () => {
    const source = countedSource(numbers(100));
    const stream = new BackpressureStream(source, FEW);
    const held = [await stream.take()];
    await settled();
    expect(source.asked).toBe(4);
    expect(stream.pauseReasons).toEqual(['backpressure']);
    held.push(await stream.take(), await stream.take());
    held[0]?.release();
    held[1]?.release();
    await settled();
    expect(source.asked).toBe(4);
    held[2]?.release();
    held[2]?.release();
    await settled();
    expect(source.asked).toBe(7);
    expect(stream.load.items).toBe(4);
  });

  it('counts bytes, and exceeds the watermark by one item at most', async () => {
    const source = countedSource(Array.from({ length: 10 }, () => Buffer.alloc(600)));
    const stream = new BackpressureStream(source, FEW);
    await stream.take();
    await settled();
    expect(stream.load).toEqual({ items: 2, bytes: 1_200 });
    expect(source.asked).toBe(2);
  });

  it('is paused until the last reason has ended, and still delivers items that were already read', async () => {
    const source = countedSource(numbers(10));
    const stream = new BackpressureStream(source, FEW);
    stream.pause('operator');
    const first = stream.take();
    stream.pause('database down');
    stream.resume('operator');
    await settled();
    expect(source.asked).toBe(0);
    stream.resume('database down');
    expect((await first)?.item).toBe(0);
    stream.pause('operator');
    expect((await stream.take())?.item).toBe(1);
  });

  it('reports an error of the source after the items that were read before it', async () => {
    const stream = new BackpressureStream(
      (async function* () {
        yield* [1, 2];
        throw new Error('the disk is gone');
      })(),
    );
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of stream) seen.push(item);
    })();
    await expect(reading).rejects.toThrow('the disk is gone');
    expect(seen).toEqual([1, 2]);
  });

  it('closes the source once when the consumer leaves several times', async () => {
    const source = countedSource(numbers(100));
    const stream = new BackpressureStream(source, FEW);
    for await (const item of stream) if (item === 2) break;
    stream.abort();
    stream.abort();
    expect(source.closed).toBe(1);
    expect(stream.load.items).toBe(0);
  });

  it.each<[string, (late: PromiseWithResolvers<number>) => void]>([
    ['answers late', (late) => late.resolve(7)],
    ['fails late', (late) => late.reject(new Error('too late'))],
  ])(
    'rejects a waiting consumer with the reason of an abort at once when the source %s',
    async (_how, answer) => {
      const [reason, late, abort] = [
        new Error('enough'),
        Promise.withResolvers<number>(),
        new AbortController(),
      ];
      const stream = new BackpressureStream(countedSource([late.promise]), { ...FEW, signal: abort.signal });
      const taking = stream.take();
      await settled();
      abort.abort(reason);
      await expect(taking).rejects.toBe(reason);
      answer(late);
      await settled();
      await expect(stream.take()).rejects.toBe(reason);
      expect(stream.load.items).toBe(0);
    },
  );

  it('drains: stops reading and delivers all items that were read or requested', async () => {
    const late = Promise.withResolvers<number>();
    const source = countedSource([0, 1, late.promise, 3]);
    const stream = new BackpressureStream<number>(source, FEW);
    await stream.take();
    await settled();
    let isDrained = false;
    const draining = stream.drain().then(() => (isDrained = true));
    late.resolve(2);
    expect((await stream.take())?.item).toBe(1);
    expect((await stream.take())?.item).toBe(2);
    expect(isDrained).toBe(false);
    expect(await stream.take()).toBeUndefined();
    await draining;
    expect(source).toMatchObject({ asked: 3, closed: 1 });
  });

  it('ends the wait of its consumer when it is drained while it is paused', async () => {
    const source = countedSource(numbers(3));
    const stream = new BackpressureStream(source, FEW);
    stream.pause('operator');
    const taking = stream.take();
    await stream.drain();
    expect(await taking).toBeUndefined();
    expect(source.asked).toBe(0);
  });

  it('fails with an AbortError when its owner aborts it without a reason', async () => {
    const stream = new BackpressureStream(countedSource(numbers(3)), FEW);
    stream.abort();
    await expect(stream.take()).rejects.toMatchObject({
      name: 'AbortError',
      message: 'the stream was aborted',
    });
  });

  it('stays over when it is aborted after its end', async () => {
    const stream = new BackpressureStream(numbers(3));
    await collect(stream);
    stream.abort(new Error('too late'));
    expect(await stream.take()).toBeUndefined();
  });

  it('listens to its signal no longer than it lasts', async () => {
    const { signal } = new AbortController();
    const stream = new BackpressureStream(numbers(3), { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await collect(stream);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('drains a source that has nothing to close', async () => {
    const source = { [Symbol.iterator]: () => ({ next: () => ({ done: false as const, value: 1 }) }) };
    const stream = new BackpressureStream<number>(source, FEW);
    await stream.take();
    const draining = stream.drain();
    while ((await stream.take()) !== undefined);
    await draining;
  });

  it('drops what the source throws as it is closed by an abort', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false as const, value: 1 }),
        return: () => Promise.reject(new Error('the disk is gone')),
      }),
    };
    const stream = new BackpressureStream<number>(source, FEW);
    await stream.take();
    stream.abort();
    for (let turns = 0; turns < 5; turns += 1) await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('drains at once when it has no consumer', async () => {
    const source = countedSource(numbers(3));
    await new BackpressureStream(source).drain();
    expect(source.asked).toBe(0);
  });

  it('fails after the earlier items when bytesOf throws, and closes the source', async () => {
    const source = countedSource([1, 2, 3]);
    const bytesOf = (item: number) => {
      if (item === 2) throw new Error('no size');
      return 1;
    };
    const stream = new BackpressureStream(source, { ...FEW, bytesOf });
    expect((await stream.take())?.item).toBe(1);
    await expect(stream.take()).rejects.toThrow('no size');
    expect(source.closed).toBe(1);
  });

  it('reads nothing when its signal is already aborted', async () => {
    const source = countedSource(numbers(3));
    const reason = new Error('too late');
    const stream = new BackpressureStream(source, { signal: AbortSignal.abort(reason) });
    await expect(stream.take()).rejects.toBe(reason);
    expect(source.asked).toBe(0);
  });

  it('counts the UTF-8 length of text, the length of bytes, and 0 bytes for other items', async () => {
    const stream = new BackpressureStream<unknown>(['ü', new Uint16Array(4), { big: 'object' }], {
      high: { items: 10, bytes: 100 },
    });
    await stream.take();
    await settled();
    expect(stream.load).toEqual({ items: 3, bytes: 2 + 8 });
  });

  it('resumes at a quarter of the high watermark by default', async () => {
    const source = countedSource(numbers(100));
    const stream = new BackpressureStream(source, { high: { items: 8, bytes: 100 } });
    const held = [];
    for (let item = 0; item < 8; item += 1) held.push(await stream.take());
    await settled();
    expect(stream.pauseReasons).toEqual(['backpressure']);
    for (const one of held.slice(0, 5)) one?.release();
    expect(stream.pauseReasons).toEqual(['backpressure']);
    held[5]?.release();
    expect(stream.pauseReasons).toEqual([]);
  });

  it.each([
    ['1000 items', 0, 1_000],
    ['16 MiB', 1_024 * 1_024, 16],
  ])('holds %s unless it is told otherwise', async (_what, bytes, held) => {
    const source = countedSource(numbers(2_000));
    const stream = new BackpressureStream(source, { bytesOf: () => bytes });
    await stream.take();
    let asked = 0;
    while (asked < source.asked) {
      asked = source.asked;
      await settled();
    }
    expect(asked).toBe(held);
  });

  it('refuses a second consumer', async () => {
    const stream = new BackpressureStream(numbers(3));
    const first = stream.take();
    expect(() => stream.take()).toThrow(TypeError);
    await first;
    await expect(collect(stream)).rejects.toThrow(TypeError);
  });

  it('works between streams of Node: a slow sink slows down a fast source', async () => {
    const source = countedSource(numbers(500).map((number) => Buffer.alloc(100, number)));
    const stream = new BackpressureStream<Buffer>(Readable.from(source, { highWaterMark: 1 }), FEW);
    let written = 0;
    const sink = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, done) {
        written += 1;
        // The stream holds 4 items, and each of Node's streams holds one or two.
        if (source.read - written > 10) done(new Error(`${source.read - written} read ahead`));
        else setImmediate(done);
      },
    });
    await pipeline(stream, sink);
    expect(written).toBe(500);
  });

  it('closes a stream of Node when its consumer leaves', async () => {
    const readable = new Readable({ objectMode: true, read: () => undefined });
    readable.push(1);
    for await (const item of new BackpressureStream<number>(readable, FEW)) {
      expect(item).toBe(1);
      readable.push(2);
      break;
    }
    // `once` of node:events would reject: a stream whose reader leaves early emits an AbortError before it closes.
    await new Promise((resolve) => readable.once('close', resolve));
  });
});
