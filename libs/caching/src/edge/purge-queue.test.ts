import { describe, expect, it } from '@jest/globals';
import { MemoryPurgeStore } from './memory-purge-store.ts';
import { PurgeQueue } from './purge-queue.ts';
import { jobIdOf, type PurgeTargets, targetOf } from './purge-target.ts';

describe('a purge queue', () => {
  it('has stored each target once when a call resolves', async () => {
    const store = new MemoryPurgeStore();
    const tags = Array.from({ length: 2_500 }, (_, index) => `tag-${index % 2_400}`);
    await new PurgeQueue(store).enqueue({ tags, urls: ['https://shop.example/', 'https://shop.example/'] });
    expect(await store.size()).toBe(2_401);
  });

  it('rejects when there is no room', async () => {
    const queue = new PurgeQueue(new MemoryPurgeStore({ maxJobs: 1 }));
    await expect(queue.enqueue({ tags: ['a', 'b'] })).rejects.toMatchObject({
      code: 'cache-purge-queue-full',
    });
  });

  it('stores purges for each server; one whose store is full or away keeps none from the others', async () => {
    const [small, one, other] = [{ maxJobs: 1 }, {}, {}].map((options) => new MemoryPurgeStore(options));
    const queue = new PurgeQueue(small!, one!, other!);
    await queue.enqueue({ tags: ['a'] });
    await expect(queue.enqueue({ tags: ['b'] })).rejects.toMatchObject({ code: 'cache-purge-queue-full' });
    await one!.close();
    await expect(queue.enqueue({ tags: ['c'] })).rejects.toMatchObject({ retryable: true });
    expect([await small!.size(), await other!.size()]).toEqual([1, 3]);
    expect(() => new PurgeQueue()).toThrow('stores: expected at least one');
  });

  it.each<[string, PurgeTargets]>([
    ['tag: expected text of 1 to 8192 characters, got ""', { tags: ['a', ''] }],
    ['tag: expected text', { tags: ['a'.repeat(8_193)] }],
    ['url: expected an absolute http or https URL, got "/products"', { urls: ['/products'] }],
    ['url: expected an absolute http or https URL, got "file:///etc"', { urls: ['file:///etc'] }],
  ])('refuses: %s', async (fault, targets) => {
    const store = new MemoryPurgeStore();
    await expect(new PurgeQueue(store).enqueue(targets)).rejects.toThrow(fault);
    expect(await store.size()).toBe(0);
  });

  it('keeps the ids of jobs, which are stored', () => {
    const target = { kind: 'tag', name: 'a:b\nc', soft: true } as const;
    expect(jobIdOf(target)).toBe('tag:soft:a:b\nc');
    expect(targetOf('tag:soft:a:b\nc')).toEqual(target);
    expect(targetOf('url:hard:https://a/')).toEqual({ kind: 'url', name: 'https://a/', soft: false });
    expect(() => targetOf('other')).toThrow('expected the id of a job, got "other"');
  });
});
