import { describe, expect, it } from '@jest/globals';
import { retryTopicsOf } from '@groundwork/contracts';
import { RetrySchedule } from '@groundwork/dlq';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type OutgoingMessage } from '../kafka/outgoing-message.ts';
import { ParkedKeys } from './parked-keys.ts';
import { RetryPublisher } from './retry-publisher.ts';
import { RetryRoutes } from './retry-routes.ts';

const DELAYS = [
  { name: '1s', ms: 1_000 },
  { name: '5s', ms: 5_000 },
];
const NOW = 1_763_800_000_000;

/** Creates a partition whose topics are lists. */
function partition(keyOrder: 'block-key' | 'skip-key' = 'block-key') {
  const published: OutgoingMessage[] = [];
  const topics = retryTopicsOf('shop', DELAYS);
  const publisher = new RetryPublisher(
    {
      publish: (messages) => Promise.resolve(void published.push(...messages)),
      close: () => Promise.resolve(),
    },
    topics,
  );
  const routes = new RetryRoutes({ schedule: new RetrySchedule(DELAYS), topics, keyOrder, publisher });
  let full = false;
  const state = { parked: new ParkedKeys(), isFull: () => full };
  const event = (offset: number, key: string | null = 'a'): KafkaRecord => ({
    topic: 'orders',
    partition: 3,
    offset: String(offset),
    timestamp: '7',
    key: key === null ? null : Buffer.from(key),
    value: Buffer.from('{}'),
    headers: { ce_id: `event-${offset}` },
  });
  const path = (record: KafkaRecord) => routes.pathOf(record, state);
  /** Fails an event once. @returns its copy on the retry topic */
  const fail = async (record: KafkaRecord) => {
    const course = path(record).afterFailure([], NOW);
    if (course?.kind !== 'move') return undefined;
    await course.publish();
    return arrived();
  };
  const park = async (record: KafkaRecord) => {
    const course = path(record).next(NOW);
    if (course.kind !== 'move') throw new Error(`expected the event to be parked, got ${course.kind}`);
    await course.publish();
    return arrived();
  };
  const arrived = (): KafkaRecord => {
    const { topic, partition: number = -1, key, value, headers } = published.at(-1) as OutgoingMessage;
    return {
      topic,
      partition: number,
      offset: String(published.length),
      timestamp: '8',
      key: key as Buffer,
      value: value as Buffer,
      headers,
    };
  };
  return { state, event, path, fail, park, routes, setFull: () => (full = true) };
}

describe('the path of a failed event', () => {
  it('leads through the topic of each delay, on the same partition, and ends after the last', async () => {
    const { event, fail, path } = partition();
    const first = await fail(event(10));
    expect(first).toMatchObject({
      topic: 'shop.retry.1s',
      partition: 3,
      headers: { ce_id: 'event-10', 'retry-origin-offset': '10', 'retry-attempts': '1' },
    });
    const second = await fail(first!);
    expect(second).toMatchObject({
      topic: 'shop.retry.5s',
      partition: 3,
      headers: { 'retry-origin-topic': 'orders', 'retry-origin-offset': '10', 'retry-attempts': '2' },
    });
    expect(await fail(second!)).toBeUndefined();
    expect(path(second!).trail.origin).toEqual({
      topic: 'orders',
      partition: 3,
      offset: '10',
      timestamp: '7',
    });
  });

  it('waits until the event is due', async () => {
    const { event, fail, path } = partition();
    const failed = path((await fail(event(10)))!);
    expect(failed.next(NOW + 1)).toEqual({ kind: 'wait', afterMs: 999 });
    expect(failed.next(NOW + 999)).toEqual({ kind: 'wait', afterMs: 1 });
    expect(failed.next(NOW + 1_000)).toEqual({ kind: 'handle' });
  });

  it('blocks the later events of its key, and only those, until it ends', async () => {
    const { event, fail, park, path } = partition();
    const failed = (await fail(event(10)))!;
    expect(path(event(11, 'b')).next(NOW)).toEqual({ kind: 'handle' });
    expect(path(event(11, null)).next(NOW)).toEqual({ kind: 'handle' });
    const parked = await park(event(11));
    expect(parked).toMatchObject({ topic: 'shop.parked', headers: { 'retry-attempts': '0' } });
    const waiting = path(parked).next(NOW);
    expect(waiting.kind).toBe('wait');
    path(failed).finished();
    await (waiting as { sooner: Promise<void> }).sooner;
    expect(path(parked).next(NOW)).toEqual({ kind: 'handle' });
    expect(path(event(12)).next(NOW).kind).toBe('move');
    path(parked).finished();
    expect(path(event(13)).next(NOW).kind).toBe('move');
  });

  it('lets the later events of its key continue with `skip-key`', async () => {
    const { event, fail, path, routes } = partition('skip-key');
    const failed = (await fail(event(10)))!;
    expect(path(event(11)).next(NOW)).toEqual({ kind: 'handle' });
    expect(path(failed).next(NOW)).toEqual({ kind: 'wait', afterMs: 1_000 });
    expect(path(failed).next(NOW + 1_000)).toEqual({ kind: 'handle' });
    expect(routes.mustBeKnown('shop.retry.1s')).toBe(false);
  });

  it('drops a copy with fewer attempts than known, and every copy of an event that this process has finished', async () => {
    const { event, fail, path } = partition();
    const first = (await fail(event(10)))!;
    const second = (await fail(first))!;
    expect(path(first).next(NOW + 60_000)).toEqual({ kind: 'drop' });
    expect(path(second).next(NOW + 60_000)).toEqual({ kind: 'handle' });
    path(second).finished();
    expect(path(first).next(NOW + 60_000)).toEqual({ kind: 'drop' });
    expect(path(second).next(NOW + 60_000)).toEqual({ kind: 'drop' });
  });

  it('has a lane of its own on a retry topic, and without a key', async () => {
    const { event, fail, path } = partition();
    const [one, other] = [(await fail(event(10)))!, (await fail(event(11)))!];
    expect([path(event(10)), path(event(11))].map(({ lane }) => lane)).toEqual(['a', 'a']);
    expect([path(one), path(other)].map(({ lane }) => lane)).toEqual(['orders 10', 'orders 11']);
    expect([path(event(12, null)), path(event(13, null))].map(({ lane }) => lane)).toEqual([
      'offset 12',
      'offset 13',
    ]);
  });

  it('reaches its place on the origin topic there, and not on a retry topic', async () => {
    const { event, fail, path, state } = partition();
    const copy = (await fail(event(10)))!;
    state.parked.finish({ topic: 'orders', lane: 'orders a', offset: 10n });
    state.parked.beginAt('orders', 10n);
    state.parked.note({ topic: 'orders', lane: 'orders a', offset: 10n }, 1);
    const isBlocked = () => state.parked.isBlocked({ topic: 'orders', lane: 'orders a', offset: 10n });
    path(copy).passedOver();
    expect(isBlocked()).toBe(true);
    path(event(10)).passedOver();
    expect(isBlocked()).toBe(false);
  });

  it('handles one copy of an event at a time', async () => {
    const { event, fail, path } = partition();
    const copy = (await fail(event(10)))!;
    const [one, other] = [path(copy), path(copy)];
    expect(one.next(NOW + 60_000)).toEqual({ kind: 'handle' });
    expect(other.next(NOW + 60_000).kind).toBe('wait');
    expect(one.next(NOW + 60_000)).toEqual({ kind: 'handle' });
    one.finished();
    expect(other.next(NOW + 60_000)).toEqual({ kind: 'drop' });
  });

  it('waits until the origin topic has been read up to an event of the previous owner, which may have left earlier ones', async () => {
    const before = partition();
    const copy = (await before.fail(before.event(11)))!;
    const { event, path, routes, state } = partition();
    state.parked.beginAt('orders', 10n);
    routes.note(copy, state.parked);
    const waiting = path(copy).next(NOW + 60_000);
    expect(waiting.kind).toBe('wait');
    expect(path(event(10)).next(NOW)).toEqual({ kind: 'handle' });
    expect(path(copy).next(NOW + 60_000).kind).toBe('wait');
    expect(path(event(11)).next(NOW)).toEqual({ kind: 'drop' });
    await (waiting as { sooner: Promise<void> }).sooner;
    expect(path(copy).next(NOW + 60_000)).toEqual({ kind: 'handle' });
  });

  it.each([undefined, 12n])(
    'does not wait for an origin topic that starts after the event or is not read: %s',
    async (begins) => {
      const before = partition();
      const copy = (await before.fail(before.event(11)))!;
      const { path, routes, state } = partition();
      if (begins !== undefined) state.parked.beginAt('orders', begins);
      routes.note(copy, state.parked);
      expect(path(copy).next(NOW + 60_000)).toEqual({ kind: 'handle' });
    },
  );

  it('starts once for an event that is read again while its copy waits', async () => {
    const { event, fail, path } = partition();
    await fail(event(10));
    expect(path(event(10)).next(NOW)).toEqual({ kind: 'drop' });
  });

  it('is rebuilt by the next owner from the messages on the topics', async () => {
    const before = partition();
    const failed = (await before.fail(before.event(10)))!;
    const parked = await before.park(before.event(11));
    const { routes, state, event, path } = partition();
    expect([failed, parked].map(({ topic }) => routes.mustBeKnown(topic))).toEqual([true, true]);
    for (const record of [parked, failed]) routes.note(record, state.parked);
    expect(path(event(11)).next(NOW)).toEqual({ kind: 'drop' });
    expect(path(event(12)).next(NOW).kind).toBe('move');
    expect(path(parked).next(NOW).kind).toBe('wait');
    expect(path(failed).next(NOW + 1_000)).toEqual({ kind: 'handle' });
  });

  it('moves an event to the parked topic when it has waited long behind another one and the buffer is full', async () => {
    const { event, fail, park, path, setFull } = partition();
    await fail(event(10));
    const parked = path(await park(event(11)));
    expect(parked.next(Date.now() + 60_000).kind).toBe('wait');
    setFull();
    expect(parked.next(Date.now()).kind).toBe('wait');
    expect(parked.next(Date.now() + 60_000).kind).toBe('move');
  });

  it('moves an event after ten seconds, and lets its next copy be handled even if this one was claimed', async () => {
    const { event, fail, routes, state, setFull } = partition();
    const copy = (await fail(event(11)))!;
    const first = routes.pathOf(copy, state, NOW);
    expect(first.next(NOW + 1_000)).toEqual({ kind: 'handle' });
    // A crash lost the offset of an earlier event of the key: it is read again, and fails.
    const earlier = { topic: 'orders', lane: 'orders a', offset: 10n };
    state.parked.add(earlier, 1);
    setFull();
    expect(first.next(NOW + 9_999).kind).toBe('wait');
    expect(first.next(NOW + 10_000).kind).toBe('move');
    state.parked.finish(earlier);
    expect(routes.pathOf(copy, state, NOW).next(NOW + 10_000)).toEqual({ kind: 'handle' });
  });

  it('starts from the beginning for a message on its topics with invalid retry headers', () => {
    const { event, path } = partition();
    const strange = { ...event(10), topic: 'shop.parked', headers: { 'retry-attempts': 'many' } };
    expect(path(strange).next(NOW)).toEqual({ kind: 'handle' });
    expect(path(strange).trail).toMatchObject({ attempts: 0, errors: [], origin: { topic: 'shop.parked' } });
  });

  it('starts where an event is first read, and ignores retry headers from its publisher', async () => {
    const { event, fail, path } = partition();
    const { headers } = (await fail(event(10)))!;
    expect(path({ ...event(20), headers }).trail).toMatchObject({ attempts: 0, origin: { offset: '20' } });
  });
});
