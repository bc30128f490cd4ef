import { describe, expect, it } from '@jest/globals';
import { LeasingMemoryTier } from '../test/leasing-memory-tier.ts';
import { CacheManager } from './cache-manager.ts';
import { MemoryTier } from './tiers/memory-tier.ts';

const TTL = { ttlMs: 60_000 };

describe('a namespace', () => {
  const shared = new LeasingMemoryTier();
  const manager = () => new CacheManager({ memory: new MemoryTier(), shared });

  it('has keys of its own, and is cleared in both tiers without the others', async () => {
    const [a, b] = [manager(), manager()];
    const [products, carts] = [a.namespace('products'), a.namespace('carts')];
    await products.getOrSet('1', { ...TTL, tags: ['red'], load: () => 'pen' });
    await products.set('2', 'ink', TTL);
    await carts.set('1', 'cart', TTL);
    expect((await b.namespace('products').get('1'))?.value).toBe('pen');
    expect([...(await products.getMany(['1', '2', '3']))].map(([key, { value }]) => [key, value])).toEqual([
      ['1', 'pen'],
      ['2', 'ink'],
    ]);
    await products.clear();
    for (const one of [a, manager()]) {
      expect((await one.namespace('products').getMany(['1', '2'])).size).toBe(0);
      expect((await one.namespace('carts').get('1'))?.value).toBe('cart');
    }
  });

  it('does not see what was stored under its keys by another way, and refuses invalid keys', async () => {
    const a = manager();
    await a.set('products:7', 'foreign', TTL);
    expect(await a.namespace('products').get('7')).toBeUndefined();
    for (const key of ['', undefined as unknown as string]) {
      await expect(a.namespace('products').get(key)).rejects.toThrow('key: expected');
      await expect(a.namespace('products').set(key, 1, TTL)).rejects.toThrow('key: expected');
    }
  });

  it('deletes one key, and keeps the tags of the caller', async () => {
    const products = manager().namespace('products');
    await products.set('1', 'pen', TTL);
    await products.set('2', 'ink', { ...TTL, tags: ['red'] });
    await products.delete('1');
    expect([...(await products.getMany(['1', '2'])).keys()]).toEqual(['2']);
    await manager().invalidate({ tags: ['red'] });
    expect(await manager().namespace('products').get('2')).toBeUndefined();
  });

  it.each([
    ['namespaces', { namespaces: ['products'] }],
    ['a pattern', { pattern: 'products:*' }],
  ])('is invalidated and expired by %s', async (_, target) => {
    const a = manager();
    const read = () => a.namespace('products').get('1');
    await a.namespace('products').set('1', 'pen', TTL);
    await a.invalidate(target);
    expect(await read()).toBeUndefined();
    await a.namespace('products').set('1', 'pen', { ...TTL, staleIfErrorMs: 1_000 });
    await a.expire(target);
    expect(await read()).toBeUndefined();
    const load = () => Promise.reject(new Error('down'));
    expect(
      await a.namespace('products').getOrSet('1', { ...TTL, staleIfErrorMs: 1_000, load }),
    ).toMatchObject({
      value: 'pen',
      stale: true,
    });
  });

  it.each(['*', 'products:*:prices', 'products', 'prod*', ':*', 'a b:*'])(
    'the pattern %j is refused',
    async (pattern) => {
      await expect(manager().invalidate({ pattern })).rejects.toThrow('pattern: expected "name:*"');
      await expect(manager().expire({ pattern })).rejects.toThrow(RangeError);
    },
  );

  it.each(['', 'a:b', 'a*', 'a b', 'n'.repeat(101)])('the name %j is refused', async (name) => {
    expect(() => manager().namespace(name)).toThrow('namespace: expected 1 to 100 characters');
    await expect(manager().invalidate({ namespaces: [name] })).rejects.toThrow(RangeError);
  });
});
