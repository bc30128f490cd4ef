import { describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { MemoryWriteStore } from '../../test/memory-write-store.ts';
import { MemoryWriteLog } from '../../test/memory-write-log.ts';
import { openWriteBehind } from '../../test/open-write-behind.ts';
import { Admission, type Loss } from './admission.ts';

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

describe('the admission of a server', () => {
  const open = () => {
    const [log, store, losses] = [new MemoryWriteLog(), new MemoryWriteStore(), [] as Loss[]];
    return { log, store, losses, admission: new Admission(log, store, (loss) => losses.push(loss)) };
  };
  const acknowledge = (admission: Admission, ...positions: number[]) =>
    positions.forEach((position) => admission.record(position, admission.acknowledged));

  it('reports a loss once', () => {
    const { admission, losses } = open();
    acknowledge(admission, 1, 2, 3);
    expect(admission.acknowledged).toBe(3);
    // Two writes were sent when 3 was acknowledged, and get positions from before.
    admission.record(2, 3);
    admission.record(3, 3);
    expect(losses).toEqual([{ lostBy: 'log', from: 2, to: 3 }]);
    expect(admission.acknowledged).toBe(3);
  });

  it('reports what the server has lost, and counts from what is left', async () => {
    const { admission, losses } = open();
    acknowledge(admission, 1, 2, 3);
    await admission.admit();
    expect(losses).toEqual([{ lostBy: 'log', from: 1, to: 3 }]);
    expect(admission.acknowledged).toBe(0);
    await admission.admit();
    expect(losses).toHaveLength(1);
  });

  it('keeps a position that is acknowledged during the comparison', async () => {
    const { admission, losses, log } = open();
    acknowledge(admission, 1, 2, 3);
    const identify = log.identify.bind(log);
    log.identify = async () => {
      acknowledge(admission, 9);
      return identify();
    };
    await admission.admit();
    expect(losses).toEqual([{ lostBy: 'log', from: 1, to: 3 }]);
    expect(admission.acknowledged).toBe(9);
  });

  it('is shared by calls at the same time', async () => {
    const { admission, log } = open();
    const identify = log.identify.bind(log);
    let identified = 0;
    log.identify = () => ((identified += 1), identify());
    await Promise.all([admission.admit(), admission.admit()]);
    expect(identified).toBe(1);
    await admission.admit();
    expect(identified).toBe(2);
  });

  it('writes nothing if the store does not answer, or the server has changed meanwhile', async () => {
    const { admission, log, store } = open();
    const refusal = { code: 'write-log-unavailable', outcome: 'not-written' };
    const bind = store.bind.bind(store);
    const cause = new Error('away');
    store.bind = () => Promise.reject(cause);
    await expect(admission.admit()).rejects.toMatchObject({ ...refusal, cause });
    store.bind = bind;
    log.admit = async () => undefined;
    await expect(admission.admit()).rejects.toMatchObject(refusal);
  });
});
