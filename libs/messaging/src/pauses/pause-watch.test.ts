import { afterEach, describe, expect, it } from '@jest/globals';
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

describe('what a member knows of pauses', () => {
  let watch: PauseWatch;

  afterEach(() => watch.stop());

  /** A watch over a store that answers what the test says, or not at all. */
  function watching(everyMs = 5) {
    const store = { answer: (): Promise<ConsumerPause[]> => Promise.resolve([]), asked: 0, answered: 0 };
    watch = new PauseWatch({
      groupId: 'group',
      pauses: {
        of: () => {
          store.asked += 1;
          return store.answer();
        },
      },
      logger: SILENT,
      answered: () => (store.answered += 1),
      everyMs,
      patienceMs: 20,
    });
    return store;
  }

  it('is of a topic, or of all of them', async () => {
    const store = watching();
    store.answer = () => Promise.resolve([pauseOf('orders')]);
    await watch.known();
    expect([watch.isPaused('orders'), watch.isPaused('payments')]).toEqual([true, false]);
    store.answer = () => Promise.resolve([pauseOf(undefined)]);
    await watch.known();
    expect([watch.isPaused('orders'), watch.isPaused('payments')]).toEqual([true, true]);
  });

  it('follows what operators do', async () => {
    const store = watching();
    watch.start();
    await eventually(() => store.answered > 0);
    expect(watch.isPaused('orders')).toBe(false);
    store.answer = () => Promise.resolve([pauseOf('orders')]);
    await eventually(() => watch.isPaused('orders'));
    store.answer = () => Promise.resolve([]);
    await eventually(() => !watch.isPaused('orders'));
  });

  it('stays as it was while the store cannot be asked, or does not answer, and an assignment does not wait for it', async () => {
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

  it('is waited for by a member that has never had an answer', async () => {
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

  it('is asked for anew by each assignment: what was asked before may be older than a pause', async () => {
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

  it('is waited for no longer once the member stops', async () => {
    const store = watching(60_000);
    store.answer = () => Promise.reject(away);
    const known = watch.known();
    await eventually(() => store.asked === 1);
    watch.stop();
    await known;
    expect(store.asked).toBe(1);
  });
});
