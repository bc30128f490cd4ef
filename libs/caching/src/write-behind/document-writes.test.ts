import { describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { openWriteBehind } from '../../test/open-write-behind.ts';

describe('documents that are written behind', () => {
  it('are read in their newest version, before and after they reach the store, and after a deletion', async () => {
    const { carts, behind, store } = openWriteBehind();
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
    const { carts, behind, store } = openWriteBehind();
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
    const { carts } = openWriteBehind();
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
    const { carts, behind } = openWriteBehind();
    await expect(carts.put('a', value)).rejects.toMatchObject({
      code: 'invalid-write',
      message: expect.stringContaining(message),
    });
    expect(await behind.pending()).toMatchObject({ last: 0 });
  });

  it('are written on the condition of one of several versions, or of any', async () => {
    const { carts } = openWriteBehind();
    await expect(carts.put('a', 1, { ifVersion: 'existing' })).rejects.toMatchObject({ version: 0 });
    const version = await carts.put('a', 1, { ifVersion: [7, 0] });
    await expect(carts.put('a', 2, { ifVersion: [7, 0] })).rejects.toMatchObject({ version });
    await carts.put('a', 2, { ifVersion: [0, version] });
    await carts.put('a', 3, { ifVersion: 'existing' });
    expect((await carts.read('a')).value).toBe(3);
  });

  it('may have exactly maxDocumentBytes', async () => {
    const { carts } = openWriteBehind({ maxDocumentBytes: 1_000 });
    await carts.put('a', 'x'.repeat(998));
    await expect(carts.put('a', 'x'.repeat(999))).rejects.toThrow(
      'expected at most 1000 bytes of JSON, got 1001',
    );
  });

  it('give up after twenty attempts when other keys are settled all the time', async () => {
    const { log, carts } = openWriteBehind();
    let attempts = 0;
    log.append = async () => {
      attempts += 1;
      return { outcome: 'changed' };
    };
    await expect(carts.put('a', 1, { ifVersion: 0 })).rejects.toMatchObject({
      ...{ code: 'write-log-unavailable', outcome: 'not-written' },
    });
    expect(attempts).toBe(20);
  });

  it('refuse to read, write and delete an invalid key', async () => {
    const { carts, behind } = openWriteBehind();
    const refused = expect.objectContaining({ code: 'invalid-write' });
    for (const call of [carts.read(''), carts.put('', 1), carts.delete('')])
      await expect(call).rejects.toEqual(refused);
    expect(await behind.pending()).toMatchObject({ last: 0 });
  });

  it('are frozen, pending or stored', async () => {
    const { carts, behind, store } = openWriteBehind();
    await carts.put('a', { list: [1] });
    const isFrozen = async () => Object.isFrozen(((await carts.read('a')).value as { list: number[] }).list);
    expect(await isFrozen()).toBe(true);
    behind.start();
    await eventually(async () => (await store.position()) === 1);
    expect(await isFrozen()).toBe(true);
    await behind.close();
  });

  it.each([-1, 1.5, '1', [0, -1]])('refuse the expected version %j', async (ifVersion) => {
    const { carts } = openWriteBehind();
    await expect(carts.put('a', 1, { ifVersion: ifVersion as number })).rejects.toMatchObject({
      code: 'invalid-write',
    });
  });

  it('refuse the change of another kind of collection', async () => {
    const { behind } = openWriteBehind();
    await expect(behind.counters('carts').add('a')).rejects.toMatchObject({ code: 'invalid-write' });
    await expect(behind.documents('views').put('a', 1)).rejects.toMatchObject({ code: 'invalid-write' });
  });

  it('keep text that only looks like an escaped NUL', async () => {
    const { carts } = openWriteBehind();
    await carts.put('a', String.raw`\u0000`);
    expect(await carts.read('a')).toMatchObject({ value: String.raw`\u0000` });
  });
});
