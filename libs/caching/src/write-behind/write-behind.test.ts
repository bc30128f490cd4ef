import { describe, expect, it } from '@jest/globals';
import { LocalSemaphoreStore } from '@groundwork/resilience';
import { eventually } from '@groundwork/testing';
import { MemoryWriteLog } from '../../test/memory-write-log.ts';
import { MemoryWriteStore } from '../../test/memory-write-store.ts';
import { type Loss } from './admission.ts';
import { WriteLogUnavailable } from './errors.ts';
import { WriteBehind, type WriteBehindOptions } from './write-behind.ts';

function open(options: Partial<WriteBehindOptions> = {}) {
  const [log, store] = [new MemoryWriteLog(), new MemoryWriteStore()];
  const losses: Loss[] = [];
  const refused: string[] = [];
  const behind = new WriteBehind({
    ...{ name: 'shop', log, store, leases: new LocalSemaphoreStore(), lingerMs: 0 },
    onLoss: (loss) => losses.push(loss),
    onRefused: ({ entry }) => refused.push(entry.key),
    ...options,
  });
  return {
    log,
    store,
    behind,
    losses,
    refused,
    views: behind.counters('views'),
    carts: behind.documents<unknown>('carts'),
  };
}

describe('counters that are written behind', () => {
  it('are read with what is pending, before and after it reaches the store', async () => {
    const { views, behind, store } = open();
    await views.add('a', 2);
    await views.add('a', 3);
    expect(await views.read('a')).toBe(5);
    behind.start();
    await eventually(async () => (await store.position()) === 2);
    expect(await views.read('a')).toBe(5);
    await views.add('a', -1);
    expect(await views.read('a')).toBe(4);
    expect(await views.read('other')).toBe(0);
    await behind.close();
  });

  it('add once for an idempotency key, also after the write has reached the store', async () => {
    const { views, behind, store } = open();
    await views.add('a', 1, { idempotencyKey: 'x' });
    await views.add('b', 1, { idempotencyKey: 'x' });
    behind.start();
    await eventually(async () => (await behind.pending()).settled === 2);
    await views.add('a', 1, { idempotencyKey: 'x' });
    expect(await views.read('a')).toBe(1);
    expect(await views.read('b')).toBe(1);
    expect(await store.position()).toBe(2);
    await behind.close();
  });

  it.each([
    ['no key', '', 1],
    ['a key of 513 characters', 'x'.repeat(513), 1],
    ['a key with NUL', 'a\0b', 1],
    ['a key with half of a surrogate pair', '\ud800', 1],
    ['an amount of 0', 'a', 0],
    ['a fraction', 'a', 1.5],
    ['NaN', 'a', Number.NaN],
    ['an amount above 2^31 - 1', 'a', 2 ** 31],
  ])('refuse %s before anything is written', async (_what, key, amount) => {
    const { views, behind } = open();
    await expect(views.add(key, amount)).rejects.toMatchObject({ code: 'invalid-write' });
    expect(await behind.pending()).toMatchObject({ last: 0 });
  });
});

describe('documents that are written behind', () => {
  it('are read in their newest version, before and after they reach the store, and after a deletion', async () => {
    const { carts, behind, store } = open();
    expect(await carts.read('a')).toEqual({ value: undefined, version: 0 });
    expect(await carts.put('a', { n: 1 })).toBe(1);
    expect(await carts.put('a', { n: 2 })).toBe(2);
    expect(await carts.read('a')).toEqual({ value: { n: 2 }, version: 2 });
    behind.start();
    await eventually(async () => (await store.position()) === 2);
    expect(await carts.read('a')).toEqual({ value: { n: 2 }, version: 2 });
    await carts.delete('a');
    expect(await carts.read('a')).toEqual({ value: undefined, version: 0 });
    await eventually(async () => (await store.position()) === 3);
    expect(await carts.read('a')).toEqual({ value: undefined, version: 0 });
    await behind.close();
  });

  it('are written on the condition of their version, pending or stored', async () => {
    const { carts, behind, store } = open();
    const conflict = (version: number) => ({ code: 'version-conflict', version, retryable: false });
    await expect(carts.put('a', 1, { ifVersion: 'existing' })).rejects.toMatchObject(conflict(0));
    expect(await carts.put('a', 1, { ifVersion: 0 })).toBe(1);
    await expect(carts.put('a', 2, { ifVersion: 0 })).rejects.toMatchObject(conflict(1));
    behind.start();
    await eventually(async () => (await store.position()) === 1);
    await expect(carts.put('a', 2, { ifVersion: 7 })).rejects.toMatchObject(conflict(1));
    expect(await carts.put('a', 2, { ifVersion: 1 })).toBe(2);
    await expect(carts.delete('a', { ifVersion: 1 })).rejects.toMatchObject(conflict(2));
    await carts.delete('a', { ifVersion: 2 });
    expect(await carts.put('a', 3, { ifVersion: 0 })).toBe(4);
    await behind.close();
  });

  it('let one of two writers win that have read the same version', async () => {
    const { carts } = open();
    await carts.put('a', 0);
    const outcomes = await Promise.allSettled([
      carts.put('a', 1, { ifVersion: 1 }),
      carts.put('a', 2, { ifVersion: 1 }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it.each([
    ['undefined', undefined, 'value is undefined'],
    ['a Map', new Map(), 'value is a Map'],
    ['NaN', { price: Number.NaN }, 'value.price is NaN'],
    ['NUL in a text', ['a\0'], 'NUL'],
    ['half of a surrogate pair', { '\udc00': 1 }, 'surrogate'],
    ['more than maxDocumentBytes', 'x'.repeat(300_000), 'at most 262144 bytes'],
  ])('refuse %s before anything is written', async (_what, value, message) => {
    const { carts, behind } = open();
    await expect(carts.put('a', value)).rejects.toMatchObject({
      code: 'invalid-write',
      message: expect.stringContaining(message),
    });
    expect(await behind.pending()).toMatchObject({ last: 0 });
  });

  it('are frozen, pending or stored', async () => {
    const { carts, behind, store } = open();
    await carts.put('a', { list: [1] });
    const isFrozen = async () => Object.isFrozen(((await carts.read('a')).value as { list: number[] }).list);
    expect(await isFrozen()).toBe(true);
    behind.start();
    await eventually(async () => (await store.position()) === 1);
    expect(await isFrozen()).toBe(true);
    await behind.close();
  });

  it.each([-1, 1.5, '1', [0, -1]])('refuse the expected version %j', async (ifVersion) => {
    const { carts } = open();
    await expect(carts.put('a', 1, { ifVersion: ifVersion as number })).rejects.toMatchObject({
      code: 'invalid-write',
    });
  });

  it('refuse the change of another kind of collection', async () => {
    const { behind } = open();
    await expect(behind.counters('carts').add('a')).rejects.toMatchObject({ code: 'invalid-write' });
    await expect(behind.documents('views').put('a', 1)).rejects.toMatchObject({ code: 'invalid-write' });
  });

  it('keep text that only looks like an escaped NUL', async () => {
    const { carts } = open();
    await carts.put('a', String.raw`\u0000`);
    expect(await carts.read('a')).toMatchObject({ value: String.raw`\u0000` });
  });
});

describe('a write-behind log without room', () => {
  it('makes callers wait until entries are applied', async () => {
    const { views, behind, store } = open({ maxEntries: 2 });
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
    const { views, behind } = open({ maxEntries: 1, maxWaiting: 0 });
    await views.add('a');
    const patient = views.add('a', 1, { timeoutMs: 50 });
    await expect(views.add('a', 1, { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'write-log-full' });
    await expect(patient).rejects.toMatchObject({ code: 'write-log-full', retryable: true });
    expect(await behind.pending()).toMatchObject({ last: 1 });
  });

  it('lets a caller leave', async () => {
    const { views, behind } = open({ maxEntries: 1 });
    await views.add('a');
    const controller = new AbortController();
    const waiting = views.add('a', 1, { signal: controller.signal, timeoutMs: 60_000 });
    await eventually(() => behind.statistics.waiting === 1);
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect(behind.statistics.waiting).toBe(0);
  });
});

describe('the flusher', () => {
  it('combines the writes of a key, and sets refused ones aside', async () => {
    const { views, behind, store, refused } = open();
    for (const key of ['a', 'poison', 'a', 'b']) await views.add(key);
    behind.start();
    await eventually(async () => (await store.position()) === 4);
    expect(store.batches).toBe(1);
    expect(refused).toEqual(['poison']);
    expect(behind.statistics).toMatchObject({ applied: 4, batches: 1, refused: 1 });
    await behind.close();
  });

  it('applies what is pending before the process ends, and refuses later writes', async () => {
    const { views, behind, store } = open({ lingerMs: 60_000, batchSize: 2 });
    behind.start();
    for (let count = 0; count < 5; count += 1) await views.add('a');
    await behind.close();
    expect(await store.position()).toBe(5);
    await expect(views.add('a')).rejects.toMatchObject({ code: 'write-behind-closed' });
  });

  it('gives up after its time when the store is away, and leaves the rest in the log', async () => {
    const { log, store, views, behind } = open({ onError: () => undefined });
    await views.add('a');
    store.apply = () => Promise.reject(new Error('away'));
    behind.start();
    await behind.close({ drainMs: 100 });
    expect((await log.read(0, 10)).entries).toHaveLength(1);
  });

  it('tries again after an error, later each time', async () => {
    const pauses: number[] = [];
    const { store, views, behind } = open({
      onError: (_error, retryInMs) => pauses.push(retryInMs),
      random: () => 1,
    });
    const apply = store.apply.bind(store);
    store.apply = (...args) => (pauses.length < 2 ? Promise.reject(new Error('away')) : apply(...args));
    await views.add('a');
    behind.start();
    await eventually(async () => (await store.position()) === 1);
    expect(pauses).toEqual([100, 200]);
    await behind.close();
  });

  it('reports acknowledged writes that the server of the log has lost', async () => {
    const { log, views, losses } = open();
    for (let count = 0; count < 3; count += 1) await views.add('a');
    log.restart({ loseLast: 2 });
    await views.add('a');
    expect(losses).toEqual([{ lostBy: 'log', from: 2, to: 3 }]);
    expect(await views.read('a')).toBe(2);
  });

  it('does not confuse the entries of an empty log that takes the place of a used one', async () => {
    const { log, store, views, behind, losses } = open();
    behind.start();
    for (let count = 0; count < 3; count += 1) await views.add('a');
    await eventually(async () => (await behind.pending()).settled === 3);
    log.replace();
    await views.add('a');
    expect(losses).toEqual([{ lostBy: 'log', from: 4, to: undefined }]);
    expect((await behind.pending()).last).toBe(4);
    await eventually(async () => (await store.position()) === 4);
    expect(await views.read('a')).toBe(4);
    await behind.close();
  });

  it('applies nothing of a log that was replaced while its batch was on the way', async () => {
    const { log, store, views, behind } = open();
    const apply = store.apply.bind(store);
    store.apply = async (...args) => {
      store.apply = apply;
      log.replace();
      await views.add('b', 5);
      return apply(...args);
    };
    await views.add('a', 3);
    behind.start();
    await eventually(async () => (await store.read('views', 'b')).value === 5);
    expect(await views.read('a')).toBe(0);
    expect(await views.read('b')).toBe(5);
    await behind.close();
  });

  it('refuses a second log with entries of its own', async () => {
    const { store, views } = open();
    await views.add('a');
    const other = new MemoryWriteLog();
    other.replace();
    const second = open({ log: other, store });
    await other.admit(await other.identify(), 0);
    await other.append(
      { collection: 'views', key: 'a', change: { op: 'add', amount: 1 } },
      { maxEntries: 9, maxBytes: 9_999 },
    );
    other.restart();
    await expect(second.views.add('a')).rejects.toMatchObject({ code: 'foreign-log', retryable: false });
  });

  it('reports entries that its server has lost when another process was admitted first', async () => {
    const { log, store, views, losses } = open();
    for (let count = 0; count < 3; count += 1) await views.add('a');
    log.restart({ loseLast: 2 });
    const other = open({ log, store });
    await other.views.add('a');
    expect(other.losses).toEqual([]);
    await views.add('a');
    expect(losses).toEqual([{ lostBy: 'log', from: 3, to: 3 }]);
  });

  it('gives the lease away when it cannot reach the store', async () => {
    const leases = new LocalSemaphoreStore();
    const [log, store] = [new MemoryWriteLog(), new MemoryWriteStore()];
    const broken = new MemoryWriteStore();
    broken.bind = (...args) => store.bind(...args);
    broken.position = () => Promise.reject(new Error('away'));
    const [one, two] = [open({ log, store: broken, leases }), open({ log, store, leases })];
    one.behind.start();
    await one.views.add('a');
    two.behind.start();
    await eventually(async () => (await store.position()) === 1);
    await Promise.all([one.behind.close(), two.behind.close()]);
  });

  it('survives callbacks that throw', async () => {
    const { views, behind, store } = open({
      onRefused: () => {
        throw new Error('mistake');
      },
    });
    await views.add('poison');
    await views.add('a');
    behind.start();
    await eventually(async () => (await behind.pending()).settled === 2);
    expect(await store.position()).toBe(2);
    await behind.close();
  });

  it('reports writes that a restored store has lost, and applies later ones', async () => {
    const { views, behind, store, losses } = open();
    behind.start();
    for (let count = 0; count < 3; count += 1) await views.add('a');
    await eventually(async () => (await behind.pending()).settled === 3);
    store.restore(1);
    await views.add('b');
    await eventually(async () => (await store.position()) === 4);
    expect(losses).toEqual([{ lostBy: 'store', from: 2, to: 3 }]);
    expect(await views.read('b')).toBe(1);
    await behind.close();
  });
});

describe('a log that does not answer', () => {
  it('is asked again when nothing was written', async () => {
    const { log, views } = open();
    const append = log.append.bind(log);
    let failures = 2;
    log.append = (...args) =>
      failures-- > 0 ? Promise.reject(new WriteLogUnavailable('not-written')) : append(...args);
    await views.add('a');
    expect(await views.read('a')).toBe(1);
  });

  it('is asked again after a lost answer only with an idempotency key', async () => {
    const { log, views, carts } = open();
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

describe('options of write-behind', () => {
  it.each([
    [{ name: '' }, 'name'],
    [{ maxEntries: 0 }, 'maxEntries'],
    [{ batchSize: 1.5 }, 'batchSize'],
    [{ batchSize: 1_001 }, 'batchSize'],
    [{ lingerMs: -1 }, 'lingerMs'],
    [{ maxWaitMs: Number.NaN }, 'maxWaitMs'],
    [{ cacheTtlMs: 0 }, 'ttlMs'],
    [{ maxBytes: 1_000 }, 'maxDocumentBytes'],
  ])('are refused: %o', (options, message) => {
    expect(() => open(options)).toThrow(message);
  });
});
