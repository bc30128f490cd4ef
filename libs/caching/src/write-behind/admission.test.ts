import { describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { MemoryWriteLog } from '../../test/memory-write-log.ts';
import { openWriteBehind } from '../../test/open-write-behind.ts';

describe('a log or store that comes back without its last entries', () => {
  it('reports acknowledged writes that the server of the log has lost', async () => {
    const { log, views, losses } = openWriteBehind();
    for (let count = 0; count < 3; count += 1) await views.add('a');
    log.restart({ loseLast: 2 });
    await views.add('a');
    expect(losses).toEqual([{ lostBy: 'log', from: 2, to: 3 }]);
    expect(await views.read('a')).toBe(2);
  });

  it('does not confuse the entries of an empty log that takes the place of a used one', async () => {
    const { log, store, views, behind, losses } = openWriteBehind();
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
    const { log, store, views, behind } = openWriteBehind();
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
    const { store, views } = openWriteBehind();
    await views.add('a');
    const other = new MemoryWriteLog();
    other.replace();
    const second = openWriteBehind({ log: other, store });
    await other.admit(await other.identify(), 0);
    await other.append(
      { collection: 'views', key: 'a', change: { op: 'add', amount: 1 } },
      { maxEntries: 9, maxBytes: 9_999 },
    );
    other.restart();
    await expect(second.views.add('a')).rejects.toMatchObject({ code: 'foreign-log', retryable: false });
  });

  it('reports entries that its server has lost when another process was admitted first', async () => {
    const { log, store, views, losses } = openWriteBehind();
    for (let count = 0; count < 3; count += 1) await views.add('a');
    log.restart({ loseLast: 2 });
    const other = openWriteBehind({ log, store });
    await other.views.add('a');
    expect(other.losses).toEqual([]);
    await views.add('a');
    expect(losses).toEqual([{ lostBy: 'log', from: 3, to: 3 }]);
  });

  it('reports writes that a restored store has lost, and applies later ones', async () => {
    const { views, behind, store, losses } = openWriteBehind();
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
