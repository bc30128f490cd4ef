import { describe, expect, it } from '@jest/globals';
import { LocalSemaphoreStore } from '@groundwork/resilience';
import { eventually } from '@groundwork/testing';
import { MemoryWriteLog } from '../../test/memory-write-log.ts';
import { MemoryWriteStore } from '../../test/memory-write-store.ts';
import { openWriteBehind } from '../../test/open-write-behind.ts';

describe('the flusher', () => {
  it('combines the writes of a key, and sets refused ones aside', async () => {
    const { views, behind, store, refused } = openWriteBehind();
    for (const key of ['a', 'poison', 'a', 'b']) await views.add(key);
    behind.start();
    await eventually(async () => (await store.position()) === 4);
    expect(store.batches).toBe(1);
    expect(refused).toEqual(['poison']);
    expect(behind.statistics).toMatchObject({ applied: 4, batches: 1, refused: 1 });
    await behind.close();
  });

  it('applies what is pending before the process ends, and refuses later writes', async () => {
    const { views, behind, store } = openWriteBehind({ lingerMs: 60_000, batchSize: 2 });
    behind.start();
    for (let count = 0; count < 5; count += 1) await views.add('a');
    await behind.close();
    expect(await store.position()).toBe(5);
    await expect(views.add('a')).rejects.toMatchObject({ code: 'write-behind-closed' });
  });

  it('gives up after its time when the store is away, and leaves the rest in the log', async () => {
    const { log, store, views, behind } = openWriteBehind({ onError: () => undefined });
    await views.add('a');
    store.apply = () => Promise.reject(new Error('away'));
    behind.start();
    await behind.close({ drainMs: 100 });
    expect((await log.read(0, 10)).entries).toHaveLength(1);
  });

  it('tries again after an error, later each time', async () => {
    const pauses: number[] = [];
    const { store, views, behind } = openWriteBehind({
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

  it('gives the lease away when it cannot reach the store', async () => {
    const leases = new LocalSemaphoreStore();
    const [log, store] = [new MemoryWriteLog(), new MemoryWriteStore()];
    const broken = new MemoryWriteStore();
    broken.bind = (...args) => store.bind(...args);
    broken.position = () => Promise.reject(new Error('away'));
    const [one, two] = [
      openWriteBehind({ log, store: broken, leases }),
      openWriteBehind({ log, store, leases }),
    ];
    one.behind.start();
    await one.views.add('a');
    two.behind.start();
    await eventually(async () => (await store.position()) === 1);
    await Promise.all([one.behind.close(), two.behind.close()]);
  });

  it('survives callbacks that throw', async () => {
    const { views, behind, store } = openWriteBehind({
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

  it('halves its batch after a failure, and doubles it after a success', async () => {
    const { store, views, behind } = openWriteBehind({ batchSize: 8, random: () => 0 });
    const sizes: number[] = [];
    const apply = store.apply.bind(store);
    store.apply = (log, after, entries) => {
      sizes.push(entries.length);
      return entries.length > 2 ? Promise.reject(new Error('too slow')) : apply(log, after, entries);
    };
    for (let index = 0; index < 12; index += 1) await views.add(`key-${index}`);
    behind.start();
    await eventually(() => sizes.length >= 5);
    expect(sizes.slice(0, 5)).toEqual([8, 4, 2, 4, 2]);
    store.apply = apply;
    await eventually(async () => (await store.position()) === 12);
    await behind.close();
  });

  it('waits for more writes before it applies a batch that is not full, and not for a full one', async () => {
    const { store, views, behind } = openWriteBehind({ batchSize: 3, lingerMs: 60_000 });
    for (const key of ['a', 'b', 'c']) await views.add(key);
    behind.start();
    await eventually(async () => (await store.position()) === 3);
    await views.add('d');
    await new Promise((resolve) => setImmediate(resolve));
    expect(await store.position()).toBe(3);
    await behind.close();
    expect(await store.position()).toBe(4);
    expect(store.batches).toBe(2);
  });
});
