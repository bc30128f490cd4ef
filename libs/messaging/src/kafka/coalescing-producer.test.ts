import { eventually } from '@groundwork/testing';
import { describe, expect, it } from '@jest/globals';
import { CoalescingProducer } from './coalescing-producer.ts';
import { bytesOf, MAX_BATCH_BYTES } from './message-bytes.ts';
import { type OutgoingMessage } from './outgoing-message.ts';
import { PublishRefusedError } from './publish-refused.error.ts';

const message = (key: string, bytes = 1): OutgoingMessage => ({
  topic: 'retries',
  key,
  value: Buffer.alloc(bytes),
  headers: {},
});

/** Creates a producer whose requests end when the test ends them. */
function producer(lingerMs?: number) {
  const batches: string[][] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  let closed = false;
  const coalescing = new CoalescingProducer(
    {
      publish(messages) {
        batches.push(messages.map(({ key }) => String(key)));
        const end = Promise.withResolvers<void>();
        ends.push(end);
        return end.promise;
      },
      close() {
        closed = true;
        return Promise.resolve();
      },
    },
    lingerMs,
  );
  return { coalescing, batches, ends, isClosed: () => closed };
}

const settled = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

describe('the coalescing producer', () => {
  it('publishes the calls that arrive during a request together, in order', async () => {
    const { coalescing, batches, ends } = producer();
    const first = coalescing.publish([message('a')]);
    await settled();
    const others = [coalescing.publish([message('b')]), coalescing.publish([message('c'), message('d')])];
    await settled();
    expect(batches).toEqual([['a']]);
    ends[0]?.resolve();
    await first;
    await settled();
    expect(batches).toEqual([['a'], ['b', 'c', 'd']]);
    ends[1]?.resolve();
    await Promise.all(others);
  });

  it('rejects all calls of a failed batch, and continues', async () => {
    const { coalescing, ends } = producer();
    const failing = [coalescing.publish([message('a')]), coalescing.publish([message('b')])];
    await settled();
    const next = coalescing.publish([message('c')]);
    const outcomes = Promise.allSettled(failing);
    ends[0]?.reject(new Error('no broker'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await settled();
    ends[1]?.resolve();
    await next;
  });

  it('publishes each call separately when the broker rejects the batch, so that only the rejected one fails', async () => {
    const { coalescing, batches, ends } = producer();
    const [refused, other] = [coalescing.publish([message('a')]), coalescing.publish([message('b')])];
    const outcome = expect(refused).rejects.toMatchObject({ code: 'publish-refused' });
    const refusal = new PublishRefusedError('MESSAGE_TOO_LARGE', undefined);
    await settled();
    ends[0]?.reject(refusal);
    await settled();
    ends[1]?.reject(refusal);
    await settled();
    ends[2]?.resolve();
    await Promise.all([outcome, other]);
    expect(batches).toEqual([['a', 'b'], ['a'], ['b']]);
  });

  it('limits a batch to the bytes that a broker accepts', async () => {
    const { coalescing, batches, ends } = producer();
    const half = 300 * 1_024;
    const published = ['a', 'b', 'c'].map((key) => coalescing.publish([message(key, half)]));
    published.push(coalescing.publish([message('large', 1_000_000)]));
    for (let batch = 0; batch < 4; batch += 1) {
      await settled();
      ends[batch]?.resolve();
    }
    await Promise.all(published);
    expect(batches).toEqual([['a'], ['b'], ['c'], ['large']]);
  });

  it('fills a batch to the last byte', async () => {
    const { coalescing, batches, ends } = producer();
    const first = message('a', MAX_BATCH_BYTES / 2);
    const rest = MAX_BATCH_BYTES - bytesOf(first);
    const empty = message('b', 0);
    const second = message('b', rest - bytesOf(empty));
    const third = message('c', 0);
    const published = [first, second, third].map((one) => coalescing.publish([one]));
    await settled();
    ends[0]?.resolve();
    await settled();
    ends[1]?.resolve();
    await Promise.all(published);
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });

  it('lets the first call of a batch wait for others for the linger time', async () => {
    const { coalescing, batches, ends } = producer(5);
    const published = [coalescing.publish([message('a')])];
    await settled();
    published.push(coalescing.publish([message('b')]));
    await eventually(() => ends.length > 0);
    ends[0]?.resolve();
    await Promise.all(published);
    expect(batches).toEqual([['a', 'b']]);
  });

  it('closes once everything is published', async () => {
    const { coalescing, ends, isClosed } = producer();
    const published = coalescing.publish([message('a')]);
    await settled();
    const closing = coalescing.close();
    await settled();
    expect(isClosed()).toBe(false);
    ends[0]?.resolve();
    await Promise.all([published, closing]);
    expect(isClosed()).toBe(true);
  });
});
