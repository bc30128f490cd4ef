import { describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { openWriteBehind } from '../../test/open-write-behind.ts';
import {
  ForeignLog,
  InvalidWrite,
  VersionConflict,
  WriteBehindClosed,
  WriteLogFull,
  WriteLogUnavailable,
  WriteStoreUnavailable,
} from './errors.ts';

describe('options of write-behind', () => {
  it.each([
    [{ name: '' }, 'name'],
    [{ maxEntries: 0 }, 'maxEntries'],
    [{ batchSize: 1.5 }, 'batchSize'],
    [{ batchSize: 1_001 }, 'batchSize'],
    [{ lingerMs: -1 }, 'lingerMs'],
    [{ maxWaitMs: Number.NaN }, 'maxWaitMs: expected milliseconds above 0, got NaN'],
    [{ maxWaitMs: 0 }, 'maxWaitMs: expected milliseconds above 0, got 0'],
    [{ cacheTtlMs: 0 }, 'ttlMs'],
    [{ maxBytes: 1_000 }, 'maxDocumentBytes'],
    [
      { maxBytes: 3_999, maxDocumentBytes: 1_000 },
      'maxDocumentBytes: expected at most a quarter of maxBytes',
    ],
  ])('are refused: %o', (options, message) => {
    expect(() => openWriteBehind(options)).toThrow(message);
  });

  it.each([
    { maxEntries: 1 },
    { batchSize: 1_000 },
    { batchSize: 1 },
    { lingerMs: 0 },
    { maxWaiting: 0 },
    { maxWaitMs: 0.5 },
    { maxBytes: 4_000, maxDocumentBytes: 1_000 },
  ])('may be %o', (options) => {
    expect(() => openWriteBehind(options)).not.toThrow();
  });

  it('have defaults: a caller waits for a second, and a document has at most 256 KiB', async () => {
    const { views, carts } = openWriteBehind({ maxEntries: 1 });
    const { promise, resolve } = Promise.withResolvers<number>();
    const began = performance.now();
    await views.add('a');
    void views.add('a').catch(() => resolve(performance.now() - began));
    await expect(carts.put('a', 'x'.repeat(256 * 1_024 - 1))).rejects.toThrow(
      'value: expected at most 262144 bytes of JSON, got 262145',
    );
    expect(await promise).toBeGreaterThanOrEqual(999);
  });
});

describe('the errors of write-behind', () => {
  it.each([
    [new WriteLogFull('full'), 'write-log-full', true],
    [new WriteLogUnavailable('unknown'), 'write-log-unavailable', true],
    [new WriteStoreUnavailable(), 'write-store-unavailable', true],
    [new VersionConflict(1), 'version-conflict', false],
    [new ForeignLog('other'), 'foreign-log', false],
    [new WriteBehindClosed(), 'write-behind-closed', true],
    [new InvalidWrite('bad'), 'invalid-write', false],
  ])('%s has the code %s, and may be retried: %s', (error, code, retryable) => {
    expect(error).toMatchObject({ code, retryable });
  });

  it('say whether something may have been written, and which version there is', () => {
    expect(new WriteLogUnavailable('unknown')).toMatchObject({ outcome: 'unknown' });
    expect(new WriteLogUnavailable('unknown').message).toContain('may have been acknowledged');
    expect(new WriteLogUnavailable('not-written').message).toContain('nothing was written');
    expect(new VersionConflict(0)).toMatchObject({ version: 0, message: 'the document does not exist' });
    expect(new VersionConflict(7)).toMatchObject({
      version: 7,
      message: expect.stringContaining('version 7'),
    });
    expect(new ForeignLog('other')).toMatchObject({
      log: 'other',
      message: expect.stringContaining('other'),
    });
  });
});

describe('a process of write-behind', () => {
  it('counts what it has applied, refused and repeated, and who waits', async () => {
    const { behind, views, store, log } = openWriteBehind({ maxEntries: 4 });
    expect(behind.statistics).toEqual({
      ...{ applied: 0, batches: 0, refused: 0, superseded: 0, repeated: 0, waiting: 0 },
    });
    for (const key of ['a', 'poison', 'b', 'b']) await views.add(key);
    const waiting = views.add('c', 1, { timeoutMs: 60_000 });
    await eventually(() => behind.statistics.waiting === 1);
    expect(await behind.pending()).toMatchObject({ last: 4, settled: 0, entries: 4 });
    const apply = store.apply.bind(store);
    store.apply = async (...args) => {
      const answer = await apply(...args);
      return answer.outcome === 'applied' ? { ...answer, superseded: 2, repeated: 1 } : answer;
    };
    behind.start();
    await waiting;
    await eventually(async () => (await store.position()) === 5);
    await behind.close();
    expect(behind.statistics).toEqual({
      ...{ applied: 5, batches: 2, refused: 1, superseded: 4, repeated: 2, waiting: 0 },
    });
    expect((await log.read(0, 10)).entries).toEqual([]);
  });

  it('may be started and closed twice', async () => {
    const { behind, views, store } = openWriteBehind();
    await views.add('a');
    behind.start();
    behind.start();
    await eventually(async () => (await store.position()) === 1);
    await Promise.all([behind.close(), behind.close()]);
    expect(store.batches).toBe(1);
  });
});
