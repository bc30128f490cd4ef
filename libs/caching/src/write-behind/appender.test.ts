import { describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { openWriteBehind } from '../../test/open-write-behind.ts';
import { WriteLogUnavailable } from './errors.ts';

describe('a write-behind log without room', () => {
  it('makes callers wait until entries are applied', async () => {
    const { views, behind, store } = openWriteBehind({ maxEntries: 2 });
    await views.add('a');
    await views.add('a');
    const waiting = Array.from({ length: 3 }, () => views.add('a', 1, { timeoutMs: 60_000 }));
    await eventually(() => behind.statistics.waiting > 0);
    behind.start();
    await Promise.all(waiting);
    await eventually(async () => (await store.position()) === 5);
    expect(await views.read('a')).toBe(5);
    await behind.close();
  });

  it('refuses them after their time, or at once when too many wait, and writes nothing', async () => {
    const { views, behind } = openWriteBehind({ maxEntries: 1, maxWaiting: 0 });
    await views.add('a');
    const patient = views.add('a', 1, { timeoutMs: 50 });
    await expect(views.add('a', 1, { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'write-log-full' });
    await expect(patient).rejects.toMatchObject({ code: 'write-log-full', retryable: true });
    expect(await behind.pending()).toMatchObject({ last: 1 });
  });

  it('refuses a write at once while those that wait have as many bytes as the log may have', async () => {
    const text = 'x'.repeat(2_000);
    const { log, carts } = openWriteBehind({ maxBytes: 10_000, maxDocumentBytes: 2_500 });
    const { promise, resolve } = Promise.withResolvers<void>();
    const append = log.append.bind(log);
    log.append = (...args) => promise.then(() => append(...args));
    const waiting = ['a', 'b', 'c', 'd'].map((key) => carts.put(key, text, { timeoutMs: 60_000 }));
    await expect(carts.put('e', text, { timeoutMs: 60_000 })).rejects.toMatchObject({
      ...{ code: 'write-log-full', message: expect.stringContaining('maxBytes') },
    });
    resolve();
    await Promise.all(waiting);
    // What is acknowledged or refused does not count any more.
    for (let index = 0; index < 8; index += 1)
      await expect(carts.put(`f${index}`, text, { timeoutMs: 1 })).rejects.toThrow(
        'the write-behind log is full',
      );
  });

  it('accepts as many waiting bytes as that, and no more', async () => {
    const { log, carts } = openWriteBehind({ maxBytes: 10_000, maxDocumentBytes: 2_500 });
    const { promise, resolve } = Promise.withResolvers<void>();
    const append = log.append.bind(log);
    log.append = (...args) => promise.then(() => append(...args));
    // 256 bytes for each entry, and those of `carts`, the key and the JSON text.
    const text = 'x'.repeat(2_500 - 256 - 'carts'.length - 1 - 2);
    const waiting = ['a', 'b', 'c', 'd'].map((key) => carts.put(key, text, { timeoutMs: 60_000 }));
    await expect(carts.put('e', '', { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'write-log-full' });
    resolve();
    expect((await Promise.all(waiting)).sort()).toEqual([1, 2, 3, 4]);
  });

  it('sends a write at once, unless other callers wait already', async () => {
    const { log, views, behind } = openWriteBehind({ maxEntries: 1 });
    const [append, read] = [jest.spyOn(log, 'append'), jest.spyOn(log, 'read')];
    await views.add('a');
    expect([append.mock.calls.length > 0, read.mock.calls.length]).toEqual([true, 0]);
    const waiting = [views.add('a', 1, { timeoutMs: 60_000 })];
    await eventually(() => behind.statistics.waiting === 1);
    append.mockClear();
    waiting.push(views.add('b', 1, { timeoutMs: 60_000 }));
    await eventually(() => behind.statistics.waiting === 2);
    expect(append.mock.calls.filter(([{ key }]) => key === 'b')).toEqual([]);
    behind.start();
    await Promise.all(waiting);
    await behind.close();
  });

  it('refuses a time of 0', async () => {
    const { views } = openWriteBehind();
    await expect(views.add('a', 1, { timeoutMs: 0 })).rejects.toThrow(
      new RangeError('timeoutMs: expected milliseconds above 0, got 0'),
    );
  });

  it('does not take the repetition of a write for a loss', async () => {
    const { views, losses } = openWriteBehind();
    await views.add('a', 1, { idempotencyKey: 'x' });
    await views.add('a');
    await views.add('a', 1, { idempotencyKey: 'x' });
    expect(losses).toEqual([]);
    expect(await views.read('a')).toBe(2);
  });

  it('lets a caller leave', async () => {
    const { views, behind } = openWriteBehind({ maxEntries: 1 });
    await views.add('a');
    const controller = new AbortController();
    const waiting = views.add('a', 1, { signal: controller.signal, timeoutMs: 60_000 });
    await eventually(() => behind.statistics.waiting === 1);
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect(behind.statistics.waiting).toBe(0);
  });
});

describe('a log that does not answer', () => {
  it('is asked again when nothing was written', async () => {
    const { log, views } = openWriteBehind();
    const append = log.append.bind(log);
    let failures = 2;
    log.append = (...args) =>
      failures-- > 0 ? Promise.reject(new WriteLogUnavailable('not-written')) : append(...args);
    await views.add('a');
    expect(await views.read('a')).toBe(1);
  });

  it('is asked again after a lost answer only with an idempotency key', async () => {
    const { log, views, carts } = openWriteBehind();
    const append = log.append.bind(log);
    let failures = 0;
    log.append = async (...args) => {
      const answer = await append(...args);
      if (answer.outcome === 'appended' && failures-- > 0) throw new WriteLogUnavailable('unknown');
      return answer;
    };
    failures = 1;
    await views.add('a', 1, { idempotencyKey: 'x' });
    expect(await views.read('a')).toBe(1);
    failures = 1;
    await expect(views.add('a')).rejects.toMatchObject({ outcome: 'unknown' });
    failures = 1;
    await expect(carts.put('a', 1)).rejects.toMatchObject({ outcome: 'unknown' });
  });
});
