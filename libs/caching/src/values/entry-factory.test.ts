import { describe, expect, it } from '@jest/globals';
import { EntryFactory } from './entry-factory.ts';

describe('an entry', () => {
  it('has only the tags that it is given', () => {
    const factory = new EntryFactory(0, () => 0);
    expect(factory.entryOf({ a: 1 }, { ttlMs: 1_000 })).toMatchObject({ value: { a: 1 }, tags: [] });
    expect(factory.entryOf({ a: 1 }, { ttlMs: 1_000, tags: ['t'] }).tags).toEqual(['t']);
  });
});
