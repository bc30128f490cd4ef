import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { SILENT } from '../../test/silent-logger.ts';
import { type ConsumerPause } from './consumer-pauses.ts';
import { PauseWatch } from './pause-watch.ts';

const pauseOf = (topic: string | undefined): ConsumerPause => ({
  topic,
  by: undefined,
  reason: 'a test',
  at: new Date(),
});
const away = Object.assign(new Error('away'), { retryable: true, infrastructure: true });

describe('the pauses that a member knows', () => {
  let watch: PauseWatch;

  afterEach(() => watch.stop());

  /** Creates a watch over a store whose answers the test controls. */
  function watching(everyMs = 5) {
    const store = { answer: (): Promise<ConsumerPause[]> => Promise.resolve([]), asked: 0, answered: 0 };
    const [warn, info] = [jest.fn(), jest.fn()];
    watch = new PauseWatch({
      groupId: 'group',
      pauses: {
        of: () => {
          store.asked += 1;
          return store.answer();
        },
      },
      logger: { ...SILENT, warn, info },
      answered: () => (store.answered += 1),
      everyMs,
      patienceMs: 20,
    });
    return Object.assign(store, { warn, info });
  }

  it('apply to one topic, or to all topics', async () => {
    const store = watching();
    expect([watch.isPaused('orders'), watch.hasAnswer]).toEqual([false, false]);
    store.answer = () => Promise.resolve([pauseOf('orders')]);
    await watch.known();
    expect(watch.hasAnswer).toBe(true);
    expect([watch.isPaused('orders'), watch.isPaused('payments')]).toEqual([true, false]);
    store.answer = () => Promise.resolve([pauseOf(undefined)]);
    await watch.known();
    expect([watch.isPaused('orders'), watch.isPaused('payments')]).toEqual([true, true]);
  });

  it('follow the operators', async () => {
    const store = watching();
    watch.start();
    await eventually(() => store.answered > 0);
    expect(watch.isPaused('orders')).toBe(false);
    store.answer = () => Promise.resolve([pauseOf('orders')]);
    await eventually(() => watch.isPaused('orders'));
    store.answer = () => Promise.resolve([]);
    await eventually(() => !watch.isPaused('orders'));
  });

  it('stay unchanged while the store fails or does not answer, and an assignment does not wait for the store', async () => {
    const store = watching();
    store.answer = () => Promise.resolve([pauseOf(undefined)]);
    await watch.known();
    store.answer = () => Promise.reject(away);
    await watch.known();
    expect(watch.isPaused('orders')).toBe(true);
    const never = Promise.withResolvers<ConsumerPause[]>();
    store.answer = () => never.promise;
    await watch.known();
    expect(watch.isPaused('orders')).toBe(true);
    never.resolve([]);
    await eventually(() => !watch.isPaused('orders'));
  });

  it('are awaited by a member that has never had an answer', async () => {
    const store = watching();
    store.answer = () => Promise.reject(away);
    let isKnown = false;
    const known = watch.known().then(() => (isKnown = true));
    await eventually(() => store.asked >= 3);
    expect([isKnown, watch.hasAnswer]).toEqual([false, false]);
    store.answer = () => Promise.resolve([pauseOf('orders')]);
    await known;
    expect(watch.isPaused('orders')).toBe(true);
  });

  it('are read again for each assignment, because an earlier answer may be older than a pause', async () => {
    const store = watching(60_000);
    const first = Promise.withResolvers<ConsumerPause[]>();
    store.answer = () => first.promise;
    watch.start();
    await eventually(() => store.asked === 1);
    store.answer = () => Promise.resolve([pauseOf('orders')]);
    const known = watch.known();
    first.resolve([]);
    await known;
    expect([watch.isPaused('orders'), store.asked]).toEqual([true, 2]);
  });

  it('are read by one loop, even when it is started twice', async () => {
    const store = watching(60_000);
    watch.start();
    watch.start();
    await watch.known();
    expect(store.asked).toBe(2);
  });

  it('are logged once for each outage of the store, and once when it answers again', async () => {
    const store = watching();
    await watch.known();
    expect([store.warn.mock.calls, store.info.mock.calls]).toEqual([[], []]);
    store.answer = () => Promise.reject(away);
    for (let times = 0; times < 3; times += 1) await watch.known();
    expect(store.warn.mock.calls).toEqual([[{ err: away, groupId: 'group' }, expect.any(String)]]);
    store.answer = () => Promise.resolve([]);
    for (let times = 0; times < 3; times += 1) await watch.known();
    expect(store.info.mock.calls).toEqual([[{ groupId: 'group' }, expect.any(String)]]);
  });

  it('are no longer awaited once the member stops', async () => {
    const store = watching(60_000);
    store.answer = () => Promise.reject(away);
    const known = watch.known();
    await eventually(() => store.asked === 1);
    watch.stop();
    await known;
    expect(store.asked).toBe(1);
  });
});
