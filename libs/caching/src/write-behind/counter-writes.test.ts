import { describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { openWriteBehind } from '../../test/open-write-behind.ts';

describe('counters that are written behind', () => {
  it('are read with what is pending, before and after it reaches the store', async () => {
    const { views, behind, store } = openWriteBehind();
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
    const { views, behind, store } = openWriteBehind();
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
    const { views, behind } = openWriteBehind();
    await expect(views.add(key, amount)).rejects.toMatchObject({ code: 'invalid-write' });
    expect(await behind.pending()).toMatchObject({ last: 0 });
  });

  it('accept amounts of 1 to 2^31 - 1 in both directions, and keys and idempotency keys of 512 characters', async () => {
    const { views } = openWriteBehind();
    const [key, idempotencyKey] = ['k'.repeat(512), 'i'.repeat(512)];
    await views.add(key, 2 ** 31 - 1, { idempotencyKey });
    await views.add(key, 1 - 2 ** 31);
    await views.add(key, -1);
    expect(await views.read(key)).toBe(-1);
  });

  it('refuse an invalid idempotency key, and to read an invalid key', async () => {
    const { views, behind } = openWriteBehind();
    for (const invalid of ['', 'x'.repeat(513), 'a\0b']) {
      const refused = expect.objectContaining({ code: 'invalid-write' });
      await expect(views.add('a', 1, { idempotencyKey: invalid })).rejects.toEqual(refused);
      await expect(views.read(invalid)).rejects.toEqual(refused);
    }
    expect(await behind.pending()).toMatchObject({ last: 0 });
  });
});
