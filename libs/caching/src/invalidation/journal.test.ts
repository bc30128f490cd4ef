import { describe, expect, it } from '@jest/globals';
import { entryOf } from '../conformance/tier.conformance.ts';
import { MemoryTier } from '../tiers/memory-tier.ts';
import { applyTo } from './journal.ts';

describe('an announcement of another process', () => {
  it('removes its keys and tags from L1, and keeps all other entries', () => {
    const memory = new MemoryTier();
    const tagsOf = { 'by key': [], 'by tag': ['t'], other: ['u'] };
    const present = () => Object.keys(tagsOf).filter((key) => memory.read(key) !== undefined);
    for (const [key, tags] of Object.entries(tagsOf))
      memory.write(key, entryOf(key, { tags }), memory.fence(key, tags));
    applyTo(memory, { kind: 'invalidate', keys: ['by key'] });
    expect(present()).toEqual(['by tag', 'other']);
    applyTo(memory, { kind: 'invalidate', tags: ['t'] });
    expect(present()).toEqual(['other']);
    applyTo(memory, { kind: 'invalidate', everything: true });
    expect(present()).toEqual([]);
  });
});
